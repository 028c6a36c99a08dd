import { readFile } from 'node:fs/promises';
import { readRequests, readScenario, simulate, type Simulated } from '#delivery';
import { Refusal } from '#platform';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

/** `vigie simulate SCENARIO.json`: days of traffic through the live decision, in simulated time. Needs no data folder. */
const command: Command = async (args) => {
  const { values, positionals } = wordsOf(args, {});
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new BadUsage('Usage: vigie simulate SCENARIO.json');
  const scenario = readScenario(await jsonOf(file));
  const watched = process.stderr.isTTY;
  const result = await simulate({
    scenario,
    history: readRequests(file, scenario.history, 'history'),
    requests: readRequests(file, scenario.requests, 'requests'),
    stopwatch: () => performance.now(),
    ...(watched
      ? {
          progress: (at, requests) =>
            void process.stderr.write(`\r${at.toISOString().slice(0, 16)}  ${requests} requests`),
        }
      : {}),
  });
  if (watched) process.stderr.write('\r\x1b[K');
  print(values.json, result, tableOf(result));
  return 0;
};

async function jsonOf(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Refusal('bad-input', `${file}: cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal('bad-input', `${file}: is not JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
}

function tableOf({ lines, requests, filled, decisions_per_s, replans }: Simulated): string {
  const rows = lines.map(({ name, ordered, delivered, capped }) => {
    const share = ordered > 0 ? `${((100 * delivered) / ordered).toFixed(2)} %` : '';
    return `${name.slice(0, 40).padEnd(42)}${String(ordered).padStart(12)}${String(delivered).padStart(12)}${share.padStart(11)}${String(capped).padStart(10)}`;
  });
  return [
    `${'line item'.padEnd(42)}${'ordered'.padStart(12)}${'delivered'.padStart(12)}${''.padStart(11)}${'capped'.padStart(10)}`,
    ...rows,
    `${requests} requests, ${filled} filled, ${decisions_per_s} decisions a second, ${replans} replans`,
  ].join('\n');
}

export default command;
