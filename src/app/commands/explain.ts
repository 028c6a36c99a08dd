import { createInterface } from 'node:readline';
import { explainHit, openGeo } from '#measurement';
import type { LineWhy } from '#delivery/contract';
import { type Config, Refusal } from '#platform';
import { ownerCommands } from '../owner-command-list.ts';
import { withOwner } from '../owner-commands.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

type Given = { url: string; referrer?: string | undefined; user_agent?: string | undefined; ip?: string | undefined };

/** `vigie explain hit` needs no data folder; `vigie explain ad` asks the owner of one. */
const explain: Command = async (args, config) => {
  const [what, ...rest] = args;
  if (what === 'hit') return hit(rest, config.geoDb);
  if (what === 'line') return line(rest, config);
  if (what !== 'ad')
    throw new BadUsage(
      'Usage: vigie explain hit --url U …, vigie explain ad --site D --placement CODE …, or vigie explain line ID',
    );
  const { values } = wordsOf(rest, {
    site: { type: 'string' },
    placement: { type: 'string' },
    url: { type: 'string' },
    country: { type: 'string' },
    device: { type: 'string' },
    'user-agent': { type: 'string' },
    ip: { type: 'string' },
    kv: { type: 'string', multiple: true },
    at: { type: 'string' },
  });
  if (!values.site) throw new BadUsage('--site is needed.');
  if (!values.placement) throw new BadUsage('--placement is needed.');
  const kv: Record<string, string[]> = {};
  for (const pair of values.kv ?? []) {
    const [name = '', value = ''] = pair.split('=', 2);
    if (!name || !value) throw new BadUsage(`--kv takes name=value, not ${pair}.`);
    (kv[name] ??= []).push(value);
  }
  const input = {
    site: values.site,
    placement: values.placement,
    url: values.url,
    user_agent: values['user-agent'],
    ip: values.ip,
    country: values.country,
    device: values.device,
    at: values.at,
    ...(Object.keys(kv).length > 0 ? { kv } : {}),
  };
  const answer = await withOwner(config, ownerCommands, (ask) =>
    ask<{ decision: unknown; trace: { line_item: string; name: string; reason: string; says: string }[] }>(
      'explain-ad',
      input,
    ),
  );
  const lines = answer.trace.map((entry) => `${entry.reason.padEnd(18)} ${entry.name}  —  ${entry.says}`);
  print(values.json, answer, lines.join('\n') || 'No line item of the organisation names this placement.');
  return 0;
};

/** Why a line item is not serving, or behind. */
async function line(args: string[], config: Config): Promise<number> {
  const { values, positionals } = wordsOf(args, {});
  const [id] = positionals;
  if (!id) throw new BadUsage('Usage: vigie explain line ID');
  const why = await withOwner(config, ownerCommands, (ask) => ask<LineWhy>('explain-line', { id }));
  const { delivered, expected, ordered } = why.standing;
  const figures =
    ordered === null ? '' : `${delivered ?? '?'} of ${ordered} delivered, ${expected ?? '?'} expected by now\n`;
  const found = why.reasons.map(
    ({ reason, decisions, percent, says }) =>
      `${reason.padEnd(18)} ${String(decisions).padStart(8)}  ${percent} %  ${says}`,
  );
  const instead = why.instead.map(({ name, decisions }) => `  ${name}  ${decisions}`);
  const rows = [
    `${why.name}: ${why.decisions} decisions on its placements in the last hour`,
    `${figures}${found.join('\n')}`.trim(),
    ...(instead.length > 0 ? ['Instead:', ...instead] : []),
    why.change ? `What would help: ${why.change.sentence}` : 'Nothing needs to change.',
    ...(why.change?.tried
      ? [
          `  tried on ${why.change.tried.requests} requests like those of the last hour: ${why.change.tried.before} answered, ${why.change.tried.after} with it`,
        ]
      : []),
  ];
  print(values.json, why, rows.filter(Boolean).join('\n'));
  return 0;
}

async function hit(args: string[], geoDb: string | undefined): Promise<number> {
  const { values, positionals } = wordsOf(args, {
    url: { type: 'string' },
    referrer: { type: 'string' },
    'user-agent': { type: 'string' },
    ip: { type: 'string' },
  });
  const geo = openGeo(geoDb);
  if (positionals[0] === '-') return batch((given) => explainHit(given, geo));
  if (!values.url) throw new BadUsage('--url is needed.');
  const answer = explainHit(
    { url: values.url, referrer: values.referrer, user_agent: values['user-agent'], ip: values.ip },
    geo,
  );
  print(true, answer, '');
  return 0;
}

/** One JSON object a line in, one out; a line that is not one is answered with its error, and the exit code is 1. */
async function batch(answer: (given: Given) => unknown): Promise<number> {
  let failed = 0;
  let out = '';
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (!line.trim()) continue;
    let reply: unknown;
    try {
      const given: unknown = JSON.parse(line);
      if (typeof given !== 'object' || given === null || typeof (given as Given).url !== 'string')
        throw new Refusal('bad-input', 'url: is needed.');
      reply = answer(given as Given);
    } catch (error) {
      failed++;
      reply = { error: error instanceof Refusal ? error.message : 'The line is not a JSON object.' };
    }
    out += `${JSON.stringify(reply)}\n`;
    if (out.length > 65_536) {
      process.stdout.write(out);
      out = '';
    }
  }
  process.stdout.write(out);
  return failed > 0 ? 1 : 0;
}

export default explain;
