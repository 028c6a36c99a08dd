import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { isOwned, openLog, readConfig, Refusal } from '#platform';
import { type Role, supervise } from '../supervisor.ts';
import { BadUsage, type Command, wordsOf } from './command.ts';

const roles: readonly Role[] = ['edge', 'control'];

/** Starts Vigie and stays until it is told to stop (Ctrl+C). */
const start: Command = async (args, { data }) => {
  const { values } = wordsOf(args, {
    run: { type: 'string' },
    port: { type: 'string' },
    'edge-port': { type: 'string' },
    sample: { type: 'boolean' },
  });
  const config = readConfig({
    VIGIE_DATA: data,
    ...(values.sample ? { VIGIE_SAMPLE: '1' } : {}),
    ...(values.port ? { VIGIE_PORT: values.port } : {}),
    ...(values['edge-port'] ? { VIGIE_EDGE_PORT: values['edge-port'] } : {}),
  });
  const run = (values.run ?? 'edge,control').split(',').map((name) => name.trim());
  const unknown = run.find((name) => !roles.includes(name as Role));
  if (unknown !== undefined) throw new BadUsage(`--run knows edge and control, not ${unknown}.`);
  await mkdir(config.data, { recursive: true, mode: 0o700 });
  if (run.includes('control') && (await isOwned(config.data))) {
    throw new Refusal('conflict', `Vigie already runs on the data folder ${config.data}.`);
  }
  if (run.includes('control')) await refuseTakenPort(config.host, config.port, '--port');
  if (run.includes('edge')) await refuseTakenPort(config.host, config.edgePort, '--edge-port');
  const log = openLog('supervisor', config.logLevel);
  const running = await supervise(
    config,
    roles.filter((role) => run.includes(role)),
    log,
  );
  const stopped = new Promise<void>((resolve) => {
    let asked = false;
    const stop = () => {
      if (asked) return;
      asked = true;
      void running.stop().then(resolve);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
  // One sentence instead of a process that is started for ever.
  const failed = running.failed.catch(async (error: unknown) => {
    await running.stop();
    throw error;
  });
  const isStopped = await Promise.race([running.ready.then(() => false), stopped.then(() => true), failed]);
  if (isStopped) return 0;
  process.stdout.write(
    [
      '',
      'Vigie runs.',
      ...(run.includes('control') ? [`  Web app and API   ${config.url}`] : []),
      ...(run.includes('edge') ? [`  Tags and ads      ${config.edgeUrl}`] : []),
      ...(values.sample
        ? [
            `  Demo page         ${config.edgeUrl}/demo/`,
            '  Sign in           camille@courrier-des-lacs.example   password: vigie-demo',
          ]
        : []),
      '  Stop              Ctrl+C',
      '',
      '',
    ].join('\n'),
  );
  await Promise.race([stopped, failed]);
  return 0;
};

/** One sentence now instead of a process that dies for ever. */
function refuseTakenPort(host: string, port: number, option: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () =>
      reject(new Refusal('conflict', `Port ${port} is taken by another program; choose another with ${option}.`)),
    );
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

export default start;
