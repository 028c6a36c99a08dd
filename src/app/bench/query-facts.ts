/** A year of one site's facts, generated inside the event store: the bench measures questions, not the way in. */
import { insertVisitFigures } from '#measurement';
import type { Events } from '#platform';

export const benchOrg = 'org_bench';
export const benchSite = 'site_bench';
/** The year that ends before the bench's "now". */
export const benchFrom = '2025-11-01';
const days = 365;
const hitsPerVisit = 4;
const chunk = 2_000_000;

const pick = (values: readonly string[], seed: string) =>
  `[${values.map((value) => `'${value}'`).join(', ')}][1 + (${seed}) % ${values.length}]`;
/** Few values take most of the traffic, as in life. */
const skewed = (values: readonly string[], key: string, salt: string) =>
  pick(values, `toUInt64(pow(cityHash64(${key}, '${salt}') / 18446744073709551616., 3) * ${values.length})`);

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

/** Columns that a visit and its hits share, from the visit's number `v`. */
const machine = `${skewed(countries, 'v', 'c')} as country, ${skewed(['phone', 'desktop', 'tablet'], 'v', 'd')} as device, ${skewed(['Chrome', 'Safari', 'Firefox', 'Edge'], 'v', 'b')} as browser,
  ${skewed(['Android', 'Windows', 'iOS', 'macOS'], 'v', 'o')} as os, ${skewed(sourcesOf, 'v', 's')} as source, ${skewed(channels, 'v', 's')} as channel`;
const page = (key: string) =>
  `concat('/', ${skewed(['actualites', 'sport', 'culture', 'economie', 'regions'], key, 'x')}, '/', toString(toUInt32(pow(cityHash64(${key}, 'p') / 18446744073709551616., 4) * 20000)))`;
// Two visits in three are a visitor's only one of the day.
const visitor = "cityHash64(v - if(cityHash64(v, 'r') % 3 = 0, 1, 0))";

/**
 * Fills hits (about `hits` of them), their visits and half as many ad events; calls back with what is done. A store that was filled
 * in part is filled on; one that is full is left as it is, whatever number is asked.
 */
export async function fillFacts(events: Events, hits: number, progress: (done: number) => void): Promise<void> {
  const done = await openNotes(events, hits);
  const visits = Math.ceil(done.hits / hitsPerVisit);
  for (let first = 0; first < visits; first += chunk / hitsPerVisit) {
    const count = Math.min(chunk / hitsPerVisit, visits - first);
    for (const [table, statement] of Object.entries(statementsOf({ first, count, visits })))
      await done.once(`${table} ${first}`, statement);
    progress(Math.min(done.hits, (first + count) * hitsPerVisit));
  }
  for (let day = 0; day < days; day++)
    await done.once(
      `figures ${day}`,
      insertVisitFigures(`site_id = '${benchSite}' and local_date = toDate('${benchFrom}') + ${day}`, '1'),
    );
  await done.once(
    'visit days',
    'insert into visit_days (site_id, local_date, build, visits) select site_id, local_date, 1, count() from visits group by site_id, local_date',
  );
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
    hits: begun,
    async once(note: string, statement: string): Promise<void> {
      if (notes.has(note)) return;
      await events.command(statement.replace(/\bselect\b/, `settings insert_deduplication_token = '${note}' select`));
      await events.insert('bench_notes', [{ note, hits: begun }], { token: note });
    },
  };
}

function statementsOf({ first, count, visits }: Record<'first' | 'count' | 'visits', number>): Record<string, string> {
  const startOf = (v: string) =>
    `toDateTime64('${benchFrom} 00:00:00', 3, 'UTC') + toIntervalSecond(intDiv(${v} * ${days * 86_400 - 1200}, ${visits}))`;
  const scope = `'${benchOrg}' as org_id, '${benchSite}' as site_id`;
  return {
    hits: `insert into hits (org_id, site_id, hit_id, visitor, at, local_time, local_date, name, hostname, path, section_id, country, device, browser, os, source, channel, engaged_ms, scroll)
      select ${scope}, hex(number), ${visitor}, ${startOf('v')} + toIntervalSecond((number % ${hitsPerVisit}) * 200) as at, toDateTime(at, 'UTC'), toDate(at),
        if(number % ${hitsPerVisit} = 2, 'engagement', 'pageview'), 'bench.fr', ${page(`intDiv(number, 2)`)} as path, concat('sec_', splitByChar('/', path)[2]), country, device, browser, os, source, channel,
        if(number % ${hitsPerVisit} = 2, 1000 + number % 90000, 0), if(number % ${hitsPerVisit} = 2, number % 101, 0)
      from (select number, intDiv(number, ${hitsPerVisit}) as v, ${machine} from numbers(${first * hitsPerVisit}, ${count * hitsPerVisit}))`,
    visits: `insert into visits (build, org_id, site_id, local_date, visitor, visit_id, started_at, local_time, ended_at, pageviews, events, engaged_ms, duration_ms, bounce, entry_page, exit_page, hostname, source, channel, country, device, browser, os)
      select 1, ${scope}, toDate(at), ${visitor}, v + 1, ${startOf('v')} as at, toDateTime(at, 'UTC'), at + toIntervalSecond(600), 3, 3, 1000 + v % 90000, 600000, v % 5 < 2, ${page('v * 2')}, ${page('v * 2 + 1')}, 'bench.fr', source, channel, country, device, browser, os
      from (select number as v, ${machine} from numbers(${first}, ${count}))`,
    ad_events: `insert into ad_events (org_id, site_id, at, local_time, local_date, kind, decision_id, side, advertiser_id, order_id, line_item_id, creative_id, placement_id, section_id, size, country, device, browser, os, spend_micros, currency, invalid)
      select ${scope}, ${startOf('v')} as at, toDateTime(at, 'UTC'), toDate(at), multiIf(number % 100 < 60, 'impression', number % 100 < 99, 'viewable', 'click') as kind, hex(number), 'sell', concat('adv_', toString(line % 20)), concat('ord_', toString(line % 50)),
        concat('li_', toString(line)), concat('cr_', toString(line), '_', toString(number % 3)), concat('pl_', toString(number % 40)), '', '300x250', country, device, browser, os, if(kind = 'impression', 5000, 0), 'EUR', if(cityHash64(number, 'i') % 50 = 0, 'bot', '')
      from (select number, intDiv(number, 2) as v, toUInt32(cityHash64(number, 'l') % 200) as line, ${machine} from numbers(${first * 2}, ${count * 2}))`,
  };
}
