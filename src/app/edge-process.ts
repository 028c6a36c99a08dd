/** The edge: tags, decisions, beacons, clicks and collect. It holds no database; it decides from the book. */
import { flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import {
  createEdge,
  followBook,
  identifier,
  openCounters,
  openSharing,
  organisationOfKey,
  followAddressRanges,
  settleDoubts,
} from '#delivery';
import type { Book } from '#delivery/contract';
import { agentOf, createCollector, openGeo } from '#measurement';
import { errorFields, masterSecret, openFiles, openJournal, openLog, readConfig, systemClock } from '#platform';
import { demoPages, readTags } from '#tag';
import { followFiles } from './follow-files.ts';
import { internalSecret } from './house.ts';
import { sampleSite } from './sample-site.ts';

const shippedDataCentres = fileURLToPath(new URL('../../assets/data-centres.txt', import.meta.url));

async function main(): Promise<void> {
  process.channel?.ref(); // alive until it is told to stop, whatever it still waits for
  const config = readConfig();
  const log = openLog('edge', config.logLevel);
  const tags = await readTags(fileURLToPath(new URL('../../dist/tag/', import.meta.url))).catch((error: unknown) => {
    // No new start would find them.
    process.send?.({ fault: error instanceof Error ? error.message : String(error) });
    throw error;
  });
  const secret = internalSecret(config, await masterSecret(config.secret, config.at('secret')));
  const folder = config.at('edge');
  const geo = openGeo(config.geoDb);
  const dataCentres =
    config.dataCentres === 'none'
      ? undefined
      : await followAddressRanges(config.dataCentres ?? shippedDataCentres, {
          everyMs: 300_000,
          failed: (error) => log.error('the list of data centres could not be read again', errorFields(error)),
        });
  const journal = await openJournal({ folder: `${folder}/journal`, clock: systemClock });
  const book = await followBook({ url: `${config.url}/internal/book`, secret, file: `${folder}/book.json`, log });
  const files = openFiles(config.at('files'));
  const followed = followFiles({ book, files, url: config.url, secret, log });
  const { valkeyUrl, simulatedTime } = config;
  const sharing = { folder, journal, clock: systemClock, log, secret, isSimulated: simulatedTime };
  const counters = await openCounters({
    folder,
    journal,
    clock: systemClock,
    log,
    share: valkeyUrl === undefined ? undefined : (of) => openSharing(of, { ...sharing, url: valkeyUrl }),
  });
  if (valkeyUrl === undefined) await settleDoubts(counters, sharing);
  const shipper = journal.ship(async (batch) => {
    const reply = await fetch(`${config.url}/internal/facts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/x-ndjson',
        'x-batch-token': batch.token,
      },
      body: new Uint8Array(batch.lines),
      signal: AbortSignal.timeout(60_000),
    });
    if (!reply.ok) throw new Error(`control answered ${reply.status}`);
  });
  const edge = createEdge({
    config,
    book,
    journal,
    counters,
    clock: systemClock,
    random: Math.random,
    log,
    collect: createCollector({
      book: () => book.current(),
      journal,
      clock: systemClock,
      countryOf: geo.countryOf,
      placeOf: geo.placeOf,
      mayBackdate: (key, site) => organisationOfKey(book.current(), key) === site.org_id,
      identify: identifier(() => book.current(), config.tcf),
    }),
    countryOf: geo.countryOf,
    placeOf: geo.placeOf,
    isDataCentre: dataCentres && ((ip) => dataCentres.has(ip)),
    agentOf,
    files,
    tags,
    demo: demoOf,
    async tellReasons(counts) {
      const reply = await fetch(`${config.url}/internal/reasons`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify(counts),
        signal: AbortSignal.timeout(10_000),
      });
      if (!reply.ok) throw new Error(`control answered ${reply.status}`);
    },
  });
  await edge.listen(config.edgePort, config.host);

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    const end = async () => {
      await edge.close();
      await counters.shared?.close();
      await shipper.stop();
      await counters.close();
      followed.close();
      book.close();
      await journal.close();
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
  flushCompileCache(); // for the next start, however this one ends
  log.info('edge listens', { url: config.edgeUrl });
}

/** The demonstration site, where the sample publisher is in the book. */
function demoOf(book: Book, edgeOrigin: string): ReadonlyMap<string, string> | undefined {
  const site = book.sites.find(({ domain }) => domain === sampleSite);
  if (!site) return undefined;
  const placements = book.placements
    .filter(({ site_id }) => site_id === site.id)
    .map(({ code, formats, section_id }) => {
      const section = site.sections
        .find(({ id }) => id === section_id)
        ?.path.split('/')
        .filter(Boolean)
        .at(-1)
        ?.replaceAll('*', '');
      return { code, sizes: formats, ...(section ? { section } : {}) };
    });
  return demoPages({ site: site.domain, edgeOrigin, placements });
}

try {
  await main();
} catch (error) {
  // The supervisor starts it again; the store it needs may be back by then.
  process.stderr.write(
    `${JSON.stringify({ at: new Date().toISOString(), level: 'error', process: 'edge', message: 'the start failed', ...errorFields(error) })}\n`,
  );
  process.exit(1);
}
