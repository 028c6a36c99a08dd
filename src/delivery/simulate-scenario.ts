/** What `vigie simulate` reads: a scenario, and requests a line each, with the sentence that says what is wrong with them. */
import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import * as z from 'zod';
import { LineItemInput } from '#campaigns/contract';
import { FrequencyCap } from '#inventory/contract';
import { Refusal, refusalOfZod } from '#platform';

const Code = z.string().min(1).max(100);

export const Scenario = z.strictObject({
  /** IANA zone of the calendar: days of the reply, dayparts, the hours of the traffic. */
  time_zone: z.string().refine(isZone, 'must be an IANA time zone such as Europe/Paris'),
  /** The first instant; a bare date is midnight of the zone. */
  start: z.union([z.iso.datetime({ offset: true }), z.iso.date()]),
  days: z.int().min(1).max(400),
  replan_minutes: z.int().min(1).max(10_080),
  seed: z.int().optional(),
  placements: z
    .array(z.strictObject({ code: Code, formats: z.array(z.string().min(1).max(32)).min(1).max(50) }))
    .min(1)
    .max(5000),
  line_items: z
    .array(
      LineItemInput.extend({
        order_id: z.string().max(64).optional(),
        state: z.literal('booked').optional(),
        /** Caps over all lines of its order, and of its advertiser (of the order, where none is named). */
        order_caps: z.array(FrequencyCap).max(10).optional(),
        advertiser_id: z.string().max(64).optional(),
        advertiser_caps: z.array(FrequencyCap).max(10).optional(),
        /** Caps of each creative on the line; it has one of each format. */
        creative_caps: z.array(FrequencyCap).max(10).optional(),
      }),
    )
    .min(1)
    .max(20_000),
  history: z.string().min(1).max(4096),
  requests: z.string().min(1).max(4096),
  events: z
    .array(z.strictObject({ at: z.iso.datetime({ offset: true }), kind: z.literal('edge_restart') }))
    .max(1000)
    .optional(),
});
export type Scenario = z.infer<typeof Scenario>;

export const SimulatedRequest = z.strictObject({
  at: z.iso.datetime({ offset: true }),
  placement: Code,
  kv: z.record(z.string().min(1).max(64), z.array(z.string().max(200)).max(50)).optional(),
  geo: z.strictObject({ country: z.string().max(2) }).optional(),
  device: z.string().max(32).optional(),
  visitor_id: z.string().min(1).max(128).optional(),
  consent: z.union([z.strictObject({ tcf: z.string().max(8192) }), z.strictObject({ ads: z.boolean() })]).optional(),
});
export type SimulatedRequest = z.infer<typeof SimulatedRequest>;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone }).format();
    return true;
  } catch {
    return false;
  }
}

/** Reads a parsed scenario. Throws a Refusal that names the field. */
export function readScenario(value: unknown): Scenario {
  const read = Scenario.safeParse(value);
  if (!read.success) throw refusalOfZod(read.error);
  const codes = new Set(read.data.placements.map(({ code }) => code));
  if (codes.size < read.data.placements.length)
    throw new Refusal('bad-input', 'placements: two of them have the same code.', { field: 'placements' });
  for (const [index, { placements, start, end }] of read.data.line_items.entries()) {
    const unknown = placements.find((code) => !codes.has(code));
    if (unknown !== undefined)
      throw new Refusal(
        'bad-input',
        `line_items.${index}.placements: no placement of the scenario has the code "${unknown}".`,
        {
          field: `line_items.${index}.placements`,
        },
      );
    if (Date.parse(start) >= Date.parse(end))
      throw new Refusal('bad-input', `line_items.${index}.end: must be later than the start.`, {
        field: `line_items.${index}.end`,
      });
  }
  return read.data;
}

/** The requests of a file beside the scenario, gzipped or not, in the order of the file. Throws a Refusal that names the line. */
export async function* readRequests(
  scenarioFile: string,
  file: string,
  field: string,
): AsyncGenerator<SimulatedRequest> {
  const path = resolve(dirname(scenarioFile), file);
  const bytes = createReadStream(path);
  const text = /\.gz$/i.test(path) ? bytes.pipe(createGunzip()) : bytes;
  const failed = new Promise<never>((_, reject) => {
    const refuse = (error: Error) =>
      reject(new Refusal('bad-input', `${field}: ${file} cannot be read (${error.message}).`, { field }));
    bytes.once('error', refuse);
    text.once('error', refuse);
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (let number = 1; ; number++) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) {
      // An error of the file ends its lines, too.
      await Promise.race([failed, new Promise((done) => setImmediate(done))]);
      return;
    }
    if (next.value.trim() !== '') yield readRequest(next.value, `${field}, line ${number} of ${file}`);
  }
}

function readRequest(line: string, where: string): SimulatedRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Refusal('bad-input', `${where}: is not JSON.`);
  }
  if (isPlain(value)) return value;
  const read = SimulatedRequest.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new Refusal('bad-input', `${where}: ${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'is wrong'}.`);
}

/** Plain checks that say yes fast; what they do not like is read by the schema, which says why. */
function isPlain(value: unknown): value is SimulatedRequest {
  if (typeof value !== 'object' || value === null || !('at' in value) || !('placement' in value)) return false;
  for (const [key, field] of Object.entries(value)) {
    if (key === 'at') {
      if (typeof field !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(field))
        return false;
      if (Number.isNaN(Date.parse(field))) return false;
    } else if (key === 'placement') {
      if (typeof field !== 'string' || field === '' || field.length > 100) return false;
    } else if (key === 'device' || key === 'visitor_id') {
      if (typeof field !== 'string' || field === '' || field.length > 32) return false;
    } else return false;
  }
  return true;
}
