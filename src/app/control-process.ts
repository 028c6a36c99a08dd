/** Control: the API, the web app and the jobs. The owner of the data folder. */
import { openUploads } from '#creatives';
import { segmentMembers } from '#analytics';
import { createBookServer } from '#delivery';
import { openGeo } from '#measurement';
import { createSignIn, identify, may, onWrite } from '#people';
import { createHttp, docsPageOf, errorFields, openApiOf, own, readConfig, runJobs, systemClock } from '#platform';
import { apiRoutes, jobsOf } from './compose.ts';
import { type House, internalSecret, openHouse } from './house.ts';
import { mountInternal } from './internal.ts';
import { ownerCommands } from './owner-command-list.ts';
import { answerOwnerCommands } from './owner-commands.ts';
import { mountSignIn } from './sign-in-door.ts';
import { mountUploads } from './upload-door.ts';
import { mountWeb } from './web-files.ts';
import { startSample } from './sample/start.ts';

const version = '0.1.0';

async function main(): Promise<void> {
  process.channel?.ref(); // alive until it is told to stop, whatever it still waits for
  const config = readConfig();
  let house: House | undefined;
  const ownership = await own(
    config.data,
    answerOwnerCommands(ownerCommands, () => {
      if (!house) throw new Error('Vigie is just starting; try again.');
      return house;
    }),
  );
  if (!ownership) throw new Error(`Another process owns the data folder ${config.data}.`);
  const opened = (house = await openHouse(config, systemClock, 'control'));
  const { db, events, clock, log, salts } = opened;
  const signIn = createSignIn({ pool: db.pool, secret: opened.secret, baseUrl: config.url });
  const book = createBookServer({
    db,
    events,
    clock,
    salts,
    secret: opened.secret,
    log,
    segmentMembers: (ids) => segmentMembers({ db, events, clock }, ids),
  });
  onWrite(() => book.changed());
  const { countryOf, placeOf } = openGeo(config.geoDb);
  const uploads = openUploads(config.at('uploads'));
  const routes = apiRoutes({
    countryOf,
    placeOf,
    secret: opened.secret,
    url: config.url,
    edgeUrl: config.edgeUrl,
    recent: opened.recent,
    uploads,
    searchConsoleKey: config.searchConsoleKey,
    retentionMonths: config.retentionMonths,
  });
  const document = openApiOf(
    routes.map((served) => served.route),
    version,
  );
  const page = docsPageOf(
    routes.map((served) => served.route),
    version,
  );
  const app = await createHttp({
    routes,
    services: opened,
    identify: (request) => identify(request, db, signIn),
    may,
    trustedProxies: config.trustedProxies,
    async mount(server) {
      server.get('/health', async () => ({ status: (await events.ping()) ? 'ok' : 'event store away' }));
      server.get('/api/openapi.json', async () => document);
      server.get('/api/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
      mountSignIn(server, signIn);
      await mountUploads(server, { db, clock, uploads, identify: (request) => identify(request, db, signIn) });
      mountInternal(server, opened, book, internalSecret(config, opened.secret));
      await mountWeb(server, config);
    },
  });
  await app.listen({ host: config.host, port: config.port });
  const jobs = await runJobs({ db, jobs: jobsOf(opened, uploads), clock, log, worker: `control-${process.pid}` });
  const sample = config.sample
    ? await startSample({ house: opened, signIn, changed: () => book.changed() })
    : undefined;

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    const end = async () => {
      await sample?.stop();
      await jobs.stop();
      book.close();
      await app.close();
      await opened.close();
      await ownership.release();
    };
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('stopping failed', errorFields(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', () => undefined); // the terminal tells the whole group; the supervisor decides
  process.on('disconnect', stop);
  process.send?.('ready');
  log.info('control listens', { url: config.url });
}

try {
  await main();
} catch (error) {
  // The supervisor starts it again; the store it needs may be back by then.
  process.stderr.write(
    `${JSON.stringify({ at: new Date().toISOString(), level: 'error', process: 'control', message: 'the start failed', ...errorFields(error) })}\n`,
  );
  process.exit(1);
}
