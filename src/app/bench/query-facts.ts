/** A year of an organisation's facts, generated inside the event store: the bench measures questions, not the way in. */
import { insertVisitFigures } from '#measurement';
import type { Events } from '#platform';

export const benchOrg = 'org_bench';
/** The site that is asked about; a tenth more lies on two neighbours, which every answer has to leave out. */
export const benchSite = 'site_bench';
const neighbours = ['site_bench_north', 'site_bench_south'];
export const benchSites = [benchSite, ...neighbours];
/** The year that ends before the bench's "now". */
export const benchFrom = '2025-11-01';
const days = 365;
const hitsPerVisit = 5;
const chunk = 2_000_000;

/** What the year is like, in the words of the bench's report. */
export const benchShape = [
  'one site of 100,000 pages (Zipf, exponent 0.75, the same pages all year) and two neighbours with a tenth of its traffic; visits of five hits: page views and the reports of reading them, one in seven ends on a click, a download, a search or a custom event',
  '2,000 towns, 3,000 referrers, 20,000 search words, 60 campaigns, 40 browser versions; one visitor in five consented to be known',
  'half as many ad events: 40 live lines at a time, 480 in the year, on ten of 40 placements each, three creatives a line; a fifth as many crawler hits',
];

const pick = (values: readonly string[], seed: string) =>
  `[${values.map((value) => `'${value}'`).join(', ')}][1 + (${seed}) % ${values.length}]`;
const chance = (key: string, salt: string) => `cityHash64(${key}, '${salt}') / 18446744073709551616.`;
/** Few ranks take most of the traffic, as in life: the share of rank r falls with r to the power of 1 - 1/steep. */
const rank = (count: number, key: string, salt: string, steep = 3) =>
  `toUInt32(pow(${chance(key, salt)}, ${steep}) * ${count})`;
const skewed = (values: readonly string[], key: string, salt: string) => pick(values, rank(values.length, key, salt));
/** One of so many names under a prefix, for some in a hundred; else empty. */
const sometimes = (percent: number, prefix: string, count: number, salt: string) =>
  `if(cityHash64(v, '${salt}?') % 100 < ${percent}, concat('${prefix}', toString(${rank(count, 'v', salt)})), '')`;

const countries = ['FR', 'BE', 'CH', 'CA', 'MA', 'DE', 'US', 'ES', 'IT', 'GB', 'SN', 'CI'];
const sourcesOf = [
  'Google',
  '',
  'Facebook',
  'Bing',
  'newsletter',
  'Instagram',
  'lemonde.fr',
  'LinkedIn',
  'DuckDuckGo',
  'Reddit',
];
const channels = [
  'Organic Search',
  'Direct',
  'Organic Social',
  'Organic Search',
  'Email',
  'Organic Social',
  'Referral',
  'Organic Social',
  'Organic Search',
  'Organic Social',
];
const words =
  'maire ville stade concours village musique retour avenir enquete budget marche rentree hiver projet eleves train'.split(
    ' ',
  );

/** Columns that a visit and its hits share, from the visit's number `v`. */
const machine: Record<string, string> = {
  country: skewed(countries, 'v', 'c'),
  region: `concat(country, '-', toString(${rank(15, 'v', 'rg')}))`,
  city: `concat('ville ', toString(${rank(2000, 'v', 'ct')}))`,
  language: skewed(['fr', 'fr-BE', 'en', 'de', 'es', 'it', 'ar', 'pt'], 'v', 'l'),
  device: skewed(['phone', 'desktop', 'tablet'], 'v', 'd'),
  brand: skewed(['Samsung', 'Apple', 'Xiaomi', '', 'Huawei', 'Oppo'], 'v', 'br'),
  browser: skewed(['Chrome', 'Safari', 'Firefox', 'Edge'], 'v', 'b'),
  browser_version: `concat(browser, ' ', toString(140 - ${rank(10, 'v', 'bv')}))`,
  os: skewed(['Android', 'Windows', 'iOS', 'macOS'], 'v', 'o'),
  os_version: `toString(18 - ${rank(6, 'v', 'ov')})`,
  width: `[390, 1280, 820, 1920][1 + ${rank(4, 'v', 'w')}]`,
};
/** How a visit came; its first hit says so. */
const arrival: Record<string, string> = {
  source: skewed(sourcesOf, 'v', 's'),
  channel: skewed(channels, 'v', 's'),
  referrer: sometimes(60, 'ailleurs.fr/page-', 3000, 'rf'),
  search_term: sometimes(6, 'mots ', 20_000, 'st'),
  utm_source: sometimes(12, 'src_', 8, 'us'),
  utm_medium: sometimes(12, 'med_', 5, 'us'),
  utm_campaign: sometimes(12, 'campagne_', 60, 'us'),
  line_item_id: sometimes(2, 'li_', 480, 'us'),
};
const named = (columns: Record<string, string>) =>
  Object.entries(columns)
    .map(([name, sql]) => `${sql} as ${name}`)
    .join(', ');
const siteOf = (v: string) => `if(${v} % 11 != 10, '${benchSite}', ${pick(neighbours, `intDiv(${v}, 11)`)})`;
/** A page by its rank, with the words of a title in its address. */
const page = (key: string) =>
  `concat('/', ${skewed(['actualites', 'sport', 'culture', 'economie', 'regions'], key, 'x')}, '/', ${[
    'a',
    'b',
    'c',
    'd',
  ]
    .map((salt) => pick(words, `cityHash64(${rank(20_000, key, 'p', 4)}, '${salt}')`))
    .join(", '-', ")}, '-', toString(${rank(20_000, key, 'p', 4)}))`;
// Two visits in three are a visitor's only one of the day.
const visitor = "cityHash64(v - if(cityHash64(v, 'r') % 3 = 0, 1, 0))";

/** How far a store is filled: `begun` is the number of hits that it was begun for, whatever number is asked later. */
export type Filled = { begun: number; isFull: boolean };

/**
 * Fills hits (about `hits` of the site asked about, a tenth more of its neighbours), their visits, half as many ad events and a fifth
 * as many crawler hits; tells what is done. A store that was filled in part is filled on for what it was begun; one that is full is
 * left as it is. Stops between two statements once `isLate`.
 */
export async function fillFacts(
  events: Events,
  hits: number,
  { progress, isLate = () => false }: { progress: (done: number) => void; isLate?: () => boolean },
): Promise<Filled> {
  const notes = await openNotes(events, hits);
  const visits = Math.ceil((notes.begun * 11) / (10 * hitsPerVisit));
  for (const { note, statement, done } of stepsOf(visits)) {
    if (notes.has(note)) continue;
    if (isLate()) return { begun: notes.begun, isFull: false };
    await notes.once(note, statement);
    progress(Math.min(notes.begun, Math.round((done * hitsPerVisit) / 1.1)));
  }
  return { begun: notes.begun, isFull: true };
}

/** Every statement in its order; `done`: visits that are in with their hits when it has run. */
function* stepsOf(visits: number): Generator<{ note: string; statement: string; done: number }> {
  for (let first = 0; first < visits; first += chunk / hitsPerVisit) {
    const count = Math.min(chunk / hitsPerVisit, visits - first);
    for (const [table, statement] of Object.entries(statementsOf({ first, count, visits })))
      yield { note: `${table} ${first}`, statement, done: first + count };
  }
  for (let day = 0; day < days; day++)
    yield {
      note: `figures ${day}`,
      statement: insertVisitFigures(`local_date = toDate('${benchFrom}') + ${day}`, '1'),
      done: visits,
    };
  yield {
    note: 'visit days',
    statement:
      'insert into visit_days (site_id, local_date, build, visits) select site_id, local_date, 1, count() from visits group by site_id, local_date',
    done: visits,
  };
}

/** Which statements have run, in the store itself: each runs once, under a token should its note be missing. */
async function openNotes(events: Events, hits: number) {
  await events.command(
    'create table if not exists bench_notes (note String, hits UInt64) engine = MergeTree order by note',
  );
  const rows = await events.query<{ note: string; hits: number }>('select note, hits from bench_notes');
  const notes = new Set(rows.map(({ note }) => note));
  const begun = rows[0] === undefined ? hits : Number(rows[0].hits);
  return {
    begun,
    has: (note: string) => notes.has(note),
    async once(note: string, statement: string): Promise<void> {
      await events.command(
        statement.replace(/\b(with|select)\b/, `settings insert_deduplication_token = '${note}' $1`),
      );
      await events.insert('bench_notes', [{ note, hits: begun }], { token: note });
    },
  };
}

function statementsOf({ first, count, visits }: Record<'first' | 'count' | 'visits', number>): Record<string, string> {
  const startOf = (v: string) =>
    `toDateTime64('${benchFrom} 00:00:00', 3, 'UTC') + toIntervalSecond(intDiv(${v} * ${days * 86_400 - 1200}, ${visits}))`;
  const scope = `'${benchOrg}' as org_id, ${siteOf('v')} as site_id`;
  const clock = (at: string) => `${at} as at, toDateTime(at, 'UTC') as local_time, toDate(at) as local_date`;
  const identified = `if(cityHash64(v, 'id') % 5 = 0, cityHash64(cityHash64(v, 'who') % ${Math.ceil(visits / 20)}), 0)`;
  const shared = [...Object.keys(machine), ...Object.keys(arrival)].join(', ');
  const report = "name = 'engagement'";
  const from = (rows: string) => `from (select ${rows}, ${named(machine)}, ${named(arrival)}`;
  return {
    hits: `insert into hits (org_id, site_id, at, local_time, local_date, hit_id, visitor, name, hostname, path, section_id, identified, engaged_ms, scroll, lcp_ms, inp_ms, cls_milli, props, site_search, origin, ${shared})
      select ${scope}, ${clock(`${startOf('v')} + toIntervalSecond(k * 150)`)}, concat(leftPad(lower(hex(toUnixTimestamp64Milli(at))), 11, '0'), '-0000-5a1f00c3b29e'), ${visitor},
        multiIf(k in (1, 3), 'engagement', k < 4 or act >= 15, 'pageview', act < 8, 'Outbound Link: Click', act < 10, 'File Download', act < 12, 'Signup', 'site search') as name, 'bench.fr',
        ${page('v * 3 + intDiv(k, 2)')} as path, concat('sec_', splitByChar('/', path)[2]), ${identified},
        if(${report}, 1000 + cityHash64(number, 'e') % 90000, 0), if(${report}, cityHash64(number, 'sc') % 101, 0), if(${report}, 600 + cityHash64(number, 'lcp') % 4000, 0),
        if(${report} and k = 1, 16 + 8 * (cityHash64(number, 'inp') % 60), 0), if(${report}, cityHash64(number, 'cls') % 300, null),
        multiIf(act >= 15 or k < 4, map(), act < 8, map('url', concat('https://partenaire.fr/', toString(${rank(2000, 'v', 'ou')}))), act < 10, map('url', concat('/fichiers/', toString(${rank(50, 'v', 'fd')}), '.pdf')), act < 12, map(), map('term', concat('mots ', toString(${rank(5000, 'v', 'ss')})))),
        '', 'live', ${shared}
      ${from(`number, intDiv(number, ${hitsPerVisit}) as v, number % ${hitsPerVisit} as k, cityHash64(v, 'act') % 100 as act`)} from numbers(${first * hitsPerVisit}, ${count * hitsPerVisit}))`,
    visits: `insert into visits (build, org_id, site_id, started_at, local_time, local_date, visitor, visit_id, identified, ended_at, pageviews, events, engaged_ms, duration_ms, bounce, entry_page, exit_page, hostname, ${shared})
      select 1, ${scope}, ${clock(startOf('v'))}, ${visitor}, v + 1, ${identified}, at + toIntervalSecond(600), 2 + (act >= 15), 3, 1000 + cityHash64(v, 'e') % 90000, 600000, cityHash64(v, 'bo') % 5 < 2, ${page('v * 3')}, ${page('v * 3 + 2')}, 'bench.fr', ${shared}
      ${from("number as v, cityHash64(v, 'act') % 100 as act")} from numbers(${first}, ${count}))`,
    ad_events: `insert into ad_events (org_id, site_id, at, local_time, local_date, kind, decision_id, side, advertiser_id, order_id, line_item_id, creative_id, placement_id, section_id, size, country, device, browser, os, path, visitor, spend_micros, currency, invalid)
      select ${scope}, ${clock(startOf('v'))}, multiIf(number % 100 < 60, 'impression', number % 100 < 99, 'viewable', 'click') as kind, lower(hex(cityHash64(number, 'ad'))), 'sell',
        concat('adv_', toString(line % 60)), concat('ord_', toString(intDiv(line, 4))), concat('li_', toString(line)), concat('cr_', toString(line), '_', toString(cityHash64(number, 'cr') % 3)),
        concat('pl_', toString((line * 7 + cityHash64(number, 'pl') % 10) % 40)) as placement_id, concat('sec_', splitByChar('/', path)[2]), ${pick(['300x250', '728x90', '300x600', '320x50'], 'cityHash64(placement_id)')}, country, device, browser, os, ${page('v * 3')} as path,
        ${identified}, if(kind = 'impression', 5000, 0), 'EUR', if(cityHash64(number, 'i') % 50 = 0, 'bot', '')
      ${from(`number, intDiv(number * 2, ${hitsPerVisit}) as v, 40 * toUInt32(intDiv(v * 12, ${visits})) + toUInt32(cityHash64(number, 'l') % 40) as line`)} from numbers(${Math.ceil((first * hitsPerVisit) / 2)}, ${Math.ceil((count * hitsPerVisit) / 2)}))`,
    ignored_hits: `insert into ignored_hits (org_id, site_id, at, local_time, local_date, reason, name, category, path, status, origin)
      select ${scope}, ${clock(startOf('v'))}, ${skewed(['bot', 'prefetch', 'not-a-page', 'scanner'], 'v', 'ir')}, concat('bot ', toString(${rank(200, 'v', 'in')})) as name, concat('kind ', toString(cityHash64(name) % 8)), ${page('v * 7')}, 200, 'live'
      from (select number as v from numbers(${first}, ${count}))`,
  };
}
