/** The book: everything an edge needs to decide, count and collect, read from SQL and from what the event store knows. */
import { createHash } from 'node:crypto';
import { type Clock, deriveKey, errorFields, type Events, type Log, type Salts, type Sql } from '#platform';
import type { SiteOfBook } from '#measurement/contract';
import type { Book, BookCreative, BookLine, BookPlacement, Delivered, FrequencyCap } from './contract.ts';
import type { LivePlanner } from './live-planner.ts';
import type { AdEventKind } from './price.ts';
import { limitedKind } from './quantity-cap.ts';
import { readConversions, readDelivered, readDeliveredByDay, readTraffic } from './read-delivery.ts';
import { packHashes, segmentsIn } from './segments.ts';
import { textInTurns } from './text-in-turns.ts';

export type BookSources = {
  db: Sql;
  events: Pick<Events, 'query'>;
  clock: Clock;
  salts: Pick<Salts, 'current'>;
  secret: string;
  log?: Log;
  /** Who is in these segments now, as decimal hashes of visitors who agreed to be known; segments are analytics' own. */
  segmentMembers?: ((ids: readonly string[]) => Promise<Record<string, string[]>>) | undefined;
};

/** How long a line that no longer runs stays known, so that late clicks find it: a click address is valid for a day. */
const keptHours = 25;

/** `traffic`: from an earlier compilation, when it is fresh enough. With a `planner`, promised lines come with their serving plan. */
export const compileBook = async (
  sources: BookSources,
  traffic?: Book['traffic'],
  planner?: LivePlanner,
): Promise<Book> => (await writeBook(sources, traffic, planner)).book;

/** The same, with its JSON. */
export async function writeBook(
  { db, events, clock, salts, secret, log, segmentMembers }: BookSources,
  traffic?: Book['traffic'],
  planner?: LivePlanner,
): Promise<{ book: Book; body: string }> {
  const now = clock();
  const since = new Date(now.getTime() - keptHours * 3_600_000).toISOString();
  const lines = await withConversions(await readLines(db, since), (ids) =>
    orWithout({}, log, () => readConversions(events, ids)),
  );
  const content = {
    sites: await readSites(db),
    placements: await readPlacements(db),
    lines,
    creatives: await readCreatives(db, lines, now),
    selling: await readSelling(db),
    keys: await db.query<Book['keys'][number]>(
      'select id, org_id, hash, role from keys where revoked_at is null order by id',
    ),
    signing_keys: [{ id: 1, key: deriveKey(secret, 'delivery') }],
    salts: await salts.current(),
    traffic: traffic ?? (await orWithout({}, log, () => readTraffic(events, now))),
    ...(await readSegments(lines, (ids) => orWithout({}, log, () => segmentMembers?.(ids) ?? Promise.resolve({})))),
  };
  const dated = {
    compiled_at: now.toISOString(),
    delivered: await orWithout({}, log, () =>
      readDelivered(
        events,
        lines.map((line) => line.id),
      ),
    ),
    delivered_by_day: await orWithout({}, log, () =>
      readDeliveredByDay(
        events,
        lines.flatMap((line) => (typeof line.daily_cap === 'number' ? [line.id] : [])),
        now,
      ),
    ),
  };
  const planned = planner
    ? await orWithout<Partial<Pick<Book, 'lines' | 'plan'>>>({}, log, () =>
        planner.plan({ version: '', ...content, ...dated }),
      )
    : {};
  const whole = { ...content, ...planned };
  const text = await textInTurns(whole);
  const near = JSON.stringify(nearLimits(lines, dated));
  const version = createHash('sha256').update(text).update(near).digest('hex').slice(0, 16);
  const body = `{"version":"${version}",${text.slice(1, -1)},${(await textInTurns(dated)).slice(1)}`;
  return { book: { version, ...whole, ...dated }, body };
}

/**
 * How near the limited lines are to their limits, in percent: what one edge delivered makes a book that the others hear of. Of other
 * lines it does not, or there would be a new book every minute.
 */
function nearLimits(
  lines: readonly BookLine[],
  { delivered, delivered_by_day }: Pick<Book, 'delivered' | 'delivered_by_day'>,
): string[] {
  const percent = (of: Delivered | undefined, limit: number, kind: AdEventKind) =>
    Math.min(100, Math.floor((100 * (of?.[`${kind}s`] ?? 0)) / Math.max(1, limit)));
  return lines.flatMap(({ id, goal, daily_cap, lifetime_cap }) => {
    const kind = limitedKind(goal.unit);
    const ofDays = typeof daily_cap === 'number' ? Object.entries(delivered_by_day?.[id] ?? {}) : [];
    return [
      ...ofDays.map(([date, of]) => `${id} ${date} ${percent(of, daily_cap ?? 0, kind)}`),
      ...(typeof lifetime_cap === 'number' ? [`${id} ${percent(delivered[id], lifetime_cap, kind)}`] : []),
    ];
  });
}

/** Lines sold by conversions learn how many they have: an edge cannot count them itself. */
async function withConversions(
  lines: readonly BookLine[],
  read: (ids: readonly string[]) => Promise<Record<string, number>>,
): Promise<BookLine[]> {
  const ids = lines.filter(({ goal }) => goal.unit === 'conversions').map(({ id }) => id);
  if (ids.length === 0) return [...lines];
  const counted = await read(ids);
  return lines.map((line) =>
    line.goal.unit === 'conversions' ? { ...line, conversions: counted[line.id] ?? 0 } : line,
  );
}

/** The sets of the segments that serving lines are targeted at; nothing when there are none. */
async function readSegments(
  lines: readonly BookLine[],
  members: (ids: readonly string[]) => Promise<Record<string, string[]>>,
): Promise<Pick<Book, 'segments'>> {
  const ids = new Set(lines.filter(({ serves }) => serves).flatMap(({ targeting }) => segmentsIn(targeting)));
  if (ids.size === 0) return {};
  const found = await members([...ids].toSorted());
  return { segments: Object.fromEntries(Object.entries(found).map(([id, hashes]) => [id, packHashes(hashes)])) };
}

/** A campaign goes on while the event store is away: edges have counters of their own, and a flat traffic shape does. */
async function orWithout<T>(none: T, log: Log | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    log?.warn('the book is compiled without the event store', errorFields(error));
    return none;
  }
}

async function readSites(db: Sql): Promise<SiteOfBook[]> {
  const sites = await db.query<Omit<SiteOfBook, 'sections'>>(
    'select id, number, org_id, domain, time_zone, currency, mode from sites order by id',
  );
  const sections = await db.query<{ site_id: string; id: string; path: string }>(
    'select site_id, id, path from sections order by id',
  );
  const bySite = Map.groupBy(sections, ({ site_id }) => site_id);
  return sites.map((site) => ({
    ...site,
    sections: (bySite.get(site.id) ?? []).map(({ id, path }) => ({ id, path })),
  }));
}

type PlacementRow = Omit<BookPlacement, 'floor'> & { floor_amount: number | null; floor_currency: string | null };

async function readPlacements(db: Sql): Promise<BookPlacement[]> {
  const rows = await db.query<PlacementRow>(
    'select id, org_id, site_id, section_id, code, formats, floor_amount, floor_currency from placements order by id',
  );
  return rows.map(({ floor_amount, floor_currency, ...placement }) => ({
    ...placement,
    floor: floor_amount === null || floor_currency === null ? null : { amount: floor_amount, currency: floor_currency },
  }));
}

type LineRow = Omit<BookLine, 'serves' | 'goal' | 'rate' | 'creatives' | 'frequency_caps'> & {
  state: string;
  goal_unit: BookLine['goal']['unit'];
  goal_quantity: number;
  rate_model: BookLine['rate']['model'];
  rate_amount: number;
  currency: string;
  frequency_caps: FrequencyCap[];
};

/** Booked and live lines serve between their dates, by the edge's own clock; the others are there for late events. */
async function readLines(db: Sql, since: string): Promise<BookLine[]> {
  const rows = await db.query<LineRow>(
    `select l.id, l.org_id, l.order_id, o.advertiser_id, a.name as advertiser, a.category, o.side, l.name, l.type, l.priority, l.state,
            l.goal_unit, l.goal_quantity, l.rate_model, l.rate_amount, l.currency, l.starts_at as start, l.ends_at as "end",
            l.placements, l.sizes, l.targeting, l.frequency_caps, o.frequency_caps as order_caps, a.frequency_caps as advertiser_caps,
            l.pacing, l.pacing_curve, l.roadblock, l.exclusion_labels, l.excluded_advertisers, l.rotation,
            l.daily_cap, l.lifetime_cap
       from line_items l join orders o on o.id = l.order_id join advertisers a on a.id = o.advertiser_id
      where l.state in ('booked', 'live', 'paused', 'ended', 'cancelled') and l.ends_at > $1
      order by l.id`,
    [since],
  );
  const assignments = await db.query<{
    line_item_id: string;
    id: string;
    weight: number;
    start: string | null;
    end: string | null;
    frequency_caps: FrequencyCap[];
  }>(
    `select s.line_item_id, s.creative_id as id, s.weight, s.starts_at as start,
            least(s.ends_at, (c.rights_until + 1)::timestamptz) as "end", s.frequency_caps
       from assignments s join creatives c on c.id = s.creative_id join line_items l on l.id = s.line_item_id
      where c.state = 'approved' and l.ends_at > $1
      order by s.created_at, s.id`,
    [since],
  );
  const byLine = Map.groupBy(assignments, ({ line_item_id }) => line_item_id);
  return rows.map(({ state, goal_unit, goal_quantity, rate_model, rate_amount, currency, ...line }) => ({
    ...line,
    serves: state === 'booked' || state === 'live',
    goal: { unit: goal_unit, quantity: goal_quantity },
    rate: { model: rate_model, amount: rate_amount, currency },
    creatives: (byLine.get(line.id) ?? []).map((row) => {
      const { line_item_id: _, ...assigned } = row;
      return assigned;
    }),
  }));
}

/** The newest creatives that are pages of their own can be looked at on the edge before any line shows them. */
const previewed = 300;

/** Those of the lines, those taken off since (for late clicks), those to be previewed, and the images that native ads show. */
async function readCreatives(db: Sql, lines: readonly BookLine[], now: Date): Promise<BookCreative[]> {
  const select =
    'select c.id, c.kind, c.name, c.width, c.height, c.landing_url, c.file_hash, c.media_type, c.content, c.payer, c.language from creatives c';
  const own = await db.query<BookCreative>(
    `${select} where c.state in ('approved', 'retired')
       and c.id in (select s.creative_id from assignments s where s.line_item_id = any($1::text[]))
       or c.id in (select p.id from creatives p where p.kind in ('html5', 'tag') and p.state <> 'retired' order by p.id desc limit $2)
       or c.id in (select v.creative_id from creative_previews v where v.expires_at > $3)
     order by c.id`,
    [lines.map((line) => line.id), previewed, now.toISOString()],
  );
  const images = own.flatMap(({ content }) => (typeof content?.['image'] === 'string' ? [content['image']] : []));
  if (images.length === 0) return own;
  const known = new Set(own.map(({ id }) => id));
  const shown = await db.query<BookCreative>(
    `${select} where c.state = 'approved' and c.kind = 'image' and c.file_hash = any($1::text[]) order by c.id`,
    [images],
  );
  return [...own, ...shown.filter(({ id }) => !known.has(id))];
}

/** Sellers are the organisations with sites of their own, and the publishers whose sites they sell; a domain is named where it is one. */
async function readSelling(db: Sql): Promise<NonNullable<Book['selling']>> {
  return {
    ads_txt: await db.query<NonNullable<Book['selling']>['ads_txt'][number]>(
      'select org_id, site_id, domain, account_id, relationship, certification_id, variable, value from ads_txt_records order by id',
    ),
    sellers: await db.query<NonNullable<Book['selling']>['sellers'][number]>(
      `select p.id as seller_id, p.name, min(s.domain) as domain, 'PUBLISHER' as seller_type, false as is_confidential
         from publishers p join sites s on s.publisher_id = p.id group by p.id, p.name
       union all
       select o.id, o.name, min(s.domain), 'PUBLISHER', false
         from organisations o join sites s on s.org_id = o.id and s.publisher_id is null and s.kind = 'own' group by o.id, o.name
       order by seller_id`,
    ),
  };
}
