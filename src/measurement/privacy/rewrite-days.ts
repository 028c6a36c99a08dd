/**
 * Takes rows out of the facts and makes everything that was added up from them true again: each materialised view over the table is
 * written anew for the days concerned, and the visit builder is told that these days changed.
 */
import type { Events } from '#platform';
import { inTurn } from '../hit-once.ts';

type FactTable = 'hits' | 'ad_events' | 'ad_requests';

/** A condition on rows of a table, with its parameters. */
export type Which = { where: string; params: Record<string, unknown> };

/** Rows that go, by the days of the site they lie on. */
async function daysOf(
  events: Events,
  table: string,
  site: string,
  { where, params }: Which,
): Promise<{ day: string; rows: number }[]> {
  return events.query<{ day: string; rows: number }>(
    `select toString(local_date) as day, count() as rows from ${table} where site_id = {site:String} and ${where} group by local_date`,
    { ...params, site },
    { heavy: true },
  );
}

/** Days rewritten in one statement: they travel in its parameters. */
const atOnce = 300;

const inParts = (found: readonly { day: string }[]): string[][] =>
  Array.from({ length: Math.ceil(found.length / atOnce) }, (_, part) =>
    found.slice(part * atOnce, (part + 1) * atOnce).map(({ day }) => day),
  );

/** Deletes the rows of a site that fit; answers how many went. Nothing is rewritten when none do. */
export async function removeFacts(events: Events, table: FactTable, site: string, which: Which): Promise<number> {
  // Sums are taken down and added up again in several statements: a batch that came between them would be in both.
  const remove = async () => {
    const going = await daysOf(events, table, site, which);
    if (going.length === 0) return going;
    await events.command(`delete from ${table} where site_id = {site:String} and ${which.where}`, {
      ...which.params,
      site,
    });
    for (const days of inParts(going)) await addUpAgain(events, table, site, days);
    return going;
  };
  // Nor may a hit's id be looked for meanwhile.
  const found = await (table === 'hits' ? inTurn(events, () => events.alone(remove)) : events.alone(remove));
  if (table === 'hits') for (const days of inParts(found)) await rebuildVisits(events, site, days);
  return found.reduce((sum, { rows }) => sum + Number(rows), 0);
}

type View = { target: string; select: string; from: RegExp };

/** What each view of a table selects, and where it puts it. */
async function viewsOf(events: Events, table: string): Promise<View[]> {
  const views = await events.query<{ name: string; as_select: string; create_table_query: string }>(
    "select name, as_select, create_table_query from system.tables where database = currentDatabase() and engine = 'MaterializedView'",
  );
  return views.flatMap(({ as_select, create_table_query }) => {
    const target = / TO (?:[\w`]+\.)?`?(\w+)`?/.exec(create_table_query)?.[1];
    const from = new RegExp(`\\bFROM (?:[\\w\`]+\\.)?\`?${table}\`?(?![\\w.])`);
    // The builder's list of changed days is written apart, with the time of this change.
    if (!target || !from.test(as_select) || target === 'dirty_days') return [];
    return [{ target, select: as_select, from }];
  });
}

/** A view's statement over some of its table's rows. */
const selectOf = ({ select, from }: View, table: string, rows: string): string =>
  `${columnsOf(select)}${select.replace(from, `FROM (select * from ${table} where site_id = {site:String} and ${rows}) as ${table}`)}`;

const ofDays = 'local_date in {days:Array(Date)}';
const ofMonths = (day: string) => `${day} in (select toStartOfMonth(arrayJoin({days:Array(Date)})))`;

async function addUpAgain(events: Events, table: FactTable, site: string, days: readonly string[]): Promise<void> {
  const run = (statement: string) => events.command(statement, { site, days });
  for (const view of await viewsOf(events, table)) {
    const { target } = view;
    if (target === 'hit_ids') {
      await dropIdsWithoutHit(events, site, days);
      continue;
    }
    await run(`delete from ${target} where site_id = {site:String} and ${ofDays}`);
    // Coarser sums take what goes into the finer ones by themselves: what these days gave is taken out first. A month is written
    // anew from its other days.
    for (const coarse of await viewsOf(events, target)) {
      if (!(await isByMonth(events, coarse.target))) {
        await run(`delete from ${coarse.target} where site_id = {site:String} and ${ofDays}`);
        continue;
      }
      await run(`delete from ${coarse.target} where site_id = {site:String} and ${ofMonths('month')}`);
      await run(`insert into ${coarse.target} ${selectOf(coarse, target, ofMonths('toStartOfMonth(local_date)'))}`);
    }
    await run(`insert into ${target} ${selectOf(view, table, ofDays)}`);
  }
}

/** Days whose told ids are held in memory at once. */
const idsAtOnce = 30;

/** Ids whose hit is gone go too. Those of before the ids' view have a hit with no batch, which the view would not find. */
async function dropIdsWithoutHit(events: Events, site: string, days: readonly string[]): Promise<void> {
  for (let from = 0; from < days.length; from += idsAtOnce)
    await events.command(
      `delete from hit_ids where site_id = {site:String} and ${ofDays} and (local_date, hit_id) not in (
         select local_date, hit_id from hits where site_id = {site:String} and ${ofDays} and origin != 'import'
           and (batch != 0 or not match(hit_id, '^[0-9a-z]{9}-[0-9a-z]{4,}-[0-9a-f]{12}$')))`,
      { site, days: days.slice(from, from + idsAtOnce) },
    );
}

async function isByMonth(events: Events, table: string): Promise<boolean> {
  const found = await events.query(
    "select name from system.columns where database = currentDatabase() and table = {table:String} and name = 'month'",
    { table },
  );
  return found.length > 0;
}

/** The names a view gives its columns, in its order: an insert goes by place otherwise. */
function columnsOf(select: string): string {
  const list = select.slice(select.search(/select/i) + 6, select.search(/\bFROM\b/));
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const letter of list) {
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (letter === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  parts.push(part);
  const names = parts.map(
    (text) => /\bAS\s+`?(\w+)`?\s*$/i.exec(text)?.[1] ?? text.trim().split('.').at(-1)?.replaceAll('`', '') ?? '',
  );
  return names.every((name) => /^\w+$/.test(name)) ? `(${names.join(', ')}) ` : '';
}

/** Visits of these days are taken out at once, and the builder makes them again from what is left. */
async function rebuildVisits(events: Events, site: string, days: readonly string[]): Promise<void> {
  // Their months first: these no longer count, and name the visitors whom a server named.
  for (const table of ['visit_months', 'visit_figure_months'])
    await events.command(`delete from ${table} where site_id = {site:String} and ${ofMonths('month')}`, { site, days });
  // Their figures too, for the same reason.
  for (const table of ['visits', 'visit_figures'])
    await events.command(`delete from ${table} where site_id = {site:String} and local_date in {days:Array(Date)}`, {
      site,
      days,
    });
  await events.command(
    'insert into dirty_days (site_id, local_date, changed_at) select {site:String}, arrayJoin({days:Array(Date)}), now64(3)',
    { site, days },
  );
}
