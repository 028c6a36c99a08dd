/**
 * What a creative may weigh, load and do. The defaults are the IAB's and the browsers'; a house, a publisher or a placement sets
 * its own, for one format or for all, as data. Pure.
 */
import * as z from 'zod';

const Count = z.int().min(0).max(1_000_000);
const Amount = z.number().min(0).max(1_000_000);

export const CreativeLimits = z.strictObject({
  initial_kb: Amount.optional().describe('Loaded before the window’s load event, gzip-compressed, kB of 1024 bytes'),
  subload_kb: Amount.optional().describe('Loaded afterwards, kB'),
  network_kb: Amount.optional().describe('Loaded in all, kB'),
  files: Count.optional().describe('Files in the zip'),
  requests: Count.optional().describe('Requests of the initial load'),
  cpu_s: Amount.optional().describe('Main thread in 30 s, seconds'),
  cpu_percent: Amount.optional().describe('Main thread over the time it runs, percent'),
  animation_s: Amount.optional().describe('All loops together, seconds'),
  loops: Count.optional().describe('Passes of an animation'),
  picture_fps: Amount.optional().describe('Pictures a second of an animated GIF, PNG or WebP'),
  update_fps: Amount.optional().describe('Changes of the page a second'),
  video_s: Amount.optional().describe('Length of a film, seconds'),
  video_kbps: Amount.optional().describe('kbit/s of a film'),
  z_index: Count.optional().describe('Highest z-index'),
  landing_ms: Count.optional().describe('Until the landing page answers, milliseconds'),
  landing_redirects: Count.optional().describe('Redirects before the landing page'),
  lead_days: z.int().min(0).max(60).optional().describe('Working days before the start by which it must be in'),
  allowed_hosts: z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a host name'),
    )
    .max(100)
    .optional()
    .describe('Hosts that may be loaded from, and their subdomains'),
  needs_backup: z.boolean().optional().describe('An HTML5 creative must bring a still picture'),
  needs_payer: z.boolean().optional().describe('Who pays must be said'),
  page_colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must look like #ffffff')
    .optional()
    .describe('Background of the pages, for the contrast of the border'),
});
export type CreativeLimits = z.infer<typeof CreativeLimits>;
/** Weights may be unlimited: the IAB gives none for sizes outside of its table. */
type Unlimited = 'initial_kb' | 'subload_kb';
export type FullLimits = { [K in Exclude<keyof CreativeLimits, Unlimited>]-?: NonNullable<CreativeLimits[K]> } & {
  [K in Unlimited]?: number;
};

/** Sources: IAB New Ad Portfolio 2017, Google Ads HTML5 and GIF requirements, Chrome's heavy ad intervention. */
export const defaultLimits: FullLimits = {
  network_kb: 4096,
  files: 40,
  requests: 10,
  cpu_s: 15,
  cpu_percent: 30,
  animation_s: 30,
  loops: 3,
  picture_fps: 5,
  update_fps: 60,
  video_s: 30,
  video_kbps: 2500,
  z_index: 4999,
  landing_ms: 3000,
  landing_redirects: 3,
  lead_days: 3,
  allowed_hosts: [],
  needs_backup: false,
  needs_payer: false,
  page_colour: '#ffffff',
};

export type LimitRow = {
  scope: 'house' | 'publisher' | 'placement';
  scope_id: string;
  format: string;
  limits: CreativeLimits;
};

/** A placement with the publisher that it belongs to. */
export type Place = { id: string; publisher_id: string | null };

const rank = { house: 0, publisher: 2, placement: 4 };

/**
 * The limits of one place for one format: defaults, then the format's own weights, then the house, the publisher and the placement,
 * each first for every format and then for this one; the last word stands.
 */
function limitsAt(
  place: Place | undefined,
  format: string,
  weights: CreativeLimits,
  rows: readonly LimitRow[],
): FullLimits {
  const mine = rows
    .filter(
      (row) =>
        (row.format === '' || row.format === format) &&
        (row.scope === 'house' || row.scope_id === (row.scope === 'publisher' ? place?.publisher_id : place?.id)),
    )
    .toSorted((a, b) => rank[a.scope] + (a.format ? 1 : 0) - rank[b.scope] - (b.format ? 1 : 0));
  return Object.assign({}, defaultLimits, known(weights), ...mine.map(({ limits }) => known(limits))) as FullLimits;
}

const known = <T extends object>(limits: T): Partial<T> =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined && value !== null)) as Partial<T>;

/** What must be kept everywhere it is to run: the strictest of each. Without places, those of the format alone. */
export function limitsOf(
  places: readonly Place[],
  format: string,
  weights: CreativeLimits,
  rows: readonly LimitRow[],
): FullLimits {
  const all = (places.length > 0 ? places : [undefined]).map((place) => limitsAt(place, format, weights, rows));
  return all.reduce(strictest);
}

/** Of two sets, what satisfies both. */
export function strictest(a: FullLimits, b: FullLimits): FullLimits {
  const merged: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const other = merged[key];
    // A longer lead is the stricter one; of everything else the smaller figure.
    if (other === undefined) merged[key] = value;
    else if (typeof value === 'number' && typeof other === 'number')
      merged[key] = key === 'lead_days' ? Math.max(value, other) : Math.min(value, other);
    else if (typeof value === 'boolean') merged[key] = value || other === true;
  }
  return { ...(merged as FullLimits), allowed_hosts: a.allowed_hosts.filter((host) => b.allowed_hosts.includes(host)) };
}
