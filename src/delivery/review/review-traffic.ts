/**
 * A review: past events are judged again, what is found otherwise is written down, taken out of the hours it was counted in, and
 * corrected where it lies. Each step may be done twice and counts once, so that a review that was cut short is ended by the next.
 */
import { createHash } from 'node:crypto';
import { audit, systemOf } from '#people';
import { type Caller, type Clock, type Database, type Events, type Job, newId, Refusal, type Sql } from '#platform';
import { spendMicros, type Rate } from '../price.ts';
import type { TrafficReview, TrafficReviewInput } from './contract.ts';
import { countJudged, type Misjudged, misjudged } from './judge-past.ts';

type Desk = { db: Database; events: Events; clock: Clock };

type Row = Omit<TrafficReview, 'from' | 'to'> & { first_day: string; last_day: string };
const columns =
  'id, first_day::text as first_day, last_day::text as last_day, state, events::float8 as events, changes, created_by, created_at';
const shown = ({ first_day, last_day, ...row }: Row): TrafficReview => ({ ...row, from: first_day, to: last_day });

export async function readTrafficReview(db: Sql, caller: Caller, id: string): Promise<TrafficReview> {
  const row = await db.one<Row>(`select ${columns} from traffic_reviews where id = $1 and org_id = $2`, [
    id,
    caller.org_id,
  ]);
  if (!row) throw new Refusal('not-found', 'There is no such review.');
  return shown(row);
}

export async function listTrafficReviews(
  db: Sql,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: TrafficReview[]; next: string | null }> {
  const rows = await db.query<Row>(
    `select ${columns} from traffic_reviews where org_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [caller.org_id, cursor ?? null, limit + 1],
  );
  return { items: rows.slice(0, limit).map(shown), next: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null };
}

/** Reviews these days now. Throws wrong-state while another review of the organisation runs. */
export async function reviewTraffic(
  desk: Desk,
  caller: Caller,
  { from, to }: TrafficReviewInput,
): Promise<TrafficReview> {
  const { db, events, clock } = desk;
  const id = newId('trev');
  const begun = await db.one(
    `insert into traffic_reviews (id, org_id, first_day, last_day, created_by, created_at)
     select $1, $2, $3, $4, $5, $6 where not exists (
       select 1 from traffic_reviews where org_id = $2 and state = 'running' and created_at > $6::timestamptz - interval '15 minutes') returning id`,
    [id, caller.org_id, from, to, caller.name, clock().toISOString()],
  );
  if (!begun) throw new Refusal('wrong-state', 'Another review is running: wait until it has ended.');
  const days = { org_id: caller.org_id, from, to };
  try {
    const found = await misjudged(events, days);
    const rates = await ratesOf(db, found);
    const corrections = found.map((event) => ({
      ...event,
      spend_after: event.becomes === '' ? spendOf(rates.get(event.line_item_id), event.kind) : 0,
    }));
    await correct(events, { review_id: id, org_id: caller.org_id, corrections });
    const looked = await countJudged(events, days);
    await db.transaction(async (tx) => {
      const changes = summed(corrections);
      await tx.query(
        `update traffic_reviews set state = 'done', events = $2, changes = $3, ended_at = $4 where id = $1`,
        [id, looked, JSON.stringify(changes), clock().toISOString()],
      );
      await audit(tx, caller, {
        action: 'traffic.review',
        subject: { kind: 'traffic-review', id },
        before: null,
        after: { from, to, events: looked, changes },
      });
    });
  } catch (error) {
    await db.query(`update traffic_reviews set state = 'failed', ended_at = $2 where id = $1`, [
      id,
      clock().toISOString(),
    ]);
    throw error;
  }
  return readTrafficReview(db, caller, id);
}

type Correction = Misjudged & { spend_after: number };

/** Written down, counted anew, then corrected where it lies: until that last step the next review finds it again. */
async function correct(
  events: Events,
  { review_id, org_id, corrections }: { review_id: string; org_id: string; corrections: readonly Correction[] },
): Promise<void> {
  if (corrections.length === 0) return;
  // The same finds have the same name: those of a review that was cut short are not counted twice by the next one.
  const found = createHash('sha256')
    .update(JSON.stringify([org_id, corrections]))
    .digest('hex')
    .slice(0, 32);
  await events.insert(
    'ad_event_corrections',
    corrections.map(
      ({ site_id, local_date, kind, decision_id, line_item_id, was, becomes, spend_micros, spend_after }) => ({
        review_id,
        org_id,
        site_id,
        local_date,
        kind,
        decision_id,
        line_item_id,
        was,
        becomes,
        spend_before: spend_micros,
        spend_after,
      }),
    ),
    { token: `${review_id}-corrections` },
  );
  await events.insert(
    'ad_hours',
    corrections.flatMap((event) => hoursOf(org_id, event)),
    {
      token: `review-hours-${found}`,
    },
  );
  for (const becomes of new Set(corrections.map((one) => one.becomes)))
    for (const spend of new Set(corrections.flatMap((one) => (one.becomes === becomes ? one.spend_after : []))))
      await events.command(
        `alter table ad_events update invalid = {becomes:String}, spend_micros = {spend:Int64}
          where org_id = {org:String} and invalid in ('', 'click_without_impression', 'view_without_impression', 'too_fast', 'click_burst')
            and (decision_id, kind, invalid) in (select decision_id, kind, was from ad_event_corrections
              where org_id = {org:String} and review_id = {review:String} and becomes = {becomes:String} and spend_after = {spend:Int64})
          settings mutations_sync = 1`,
        { becomes, spend, org: org_id, review: review_id },
      );
}

/** Taken out of the hour under its old reason, put in under the new one. */
function hoursOf(org_id: string, event: Correction): object[] {
  const { was, becomes, decision_id: _, spend_micros, spend_after, ...hour } = event;
  return [
    { ...hour, org_id, invalid: was, events: -1, spend_micros: -spend_micros },
    { ...hour, org_id, invalid: becomes, events: 1, spend_micros: spend_after },
  ];
}

async function ratesOf(db: Sql, found: readonly Misjudged[]): Promise<Map<string, Rate>> {
  const ids = [...new Set(found.flatMap(({ becomes, line_item_id }) => (becomes === '' ? line_item_id : [])))];
  if (ids.length === 0) return new Map();
  const rows = await db.query<{ id: string; rate_model: Rate['model']; rate_amount: number; currency: string }>(
    'select id, rate_model, rate_amount, currency from line_items where id = any($1)',
    [ids],
  );
  return new Map(
    rows.map(({ id, rate_model, rate_amount, currency }) => [id, { model: rate_model, amount: rate_amount, currency }]),
  );
}

const spendOf = (rate: Rate | undefined, kind: string): number =>
  rate && (kind === 'viewable' || kind === 'click') ? spendMicros(rate, kind) : 0;

function summed(corrections: readonly Correction[]): TrafficReview['changes'] {
  const groups = Map.groupBy(corrections, ({ kind, was, becomes }) => `${kind} ${was} ${becomes}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return [
      {
        kind: first.kind,
        was: first.was,
        becomes: first.becomes,
        events: group.length,
        spend_micros: group.reduce((sum, { spend_micros, spend_after }) => sum + spend_after - spend_micros, 0),
      },
    ];
  });
}

const day = 86_400_000;

/** Every organisation's last two whole days, once a day; what is judged right already changes nothing. */
export const reviewJob = (desk: Desk): Job => ({
  name: 'delivery.review-traffic',
  everySeconds: 86_400,
  leaseSeconds: 120,
  async run({ signal }) {
    const now = desk.clock().getTime();
    const dayText = (ago: number) => new Date(now - ago * day).toISOString().slice(0, 10);
    const organisations = await desk.db.query<{ id: string }>(
      'select id from organisations where exists (select 1 from sites where org_id = organisations.id) order by id',
    );
    for (const { id } of organisations) {
      signal.throwIfAborted();
      await reviewTraffic(desk, systemOf(id), { from: dayText(3), to: dayText(2) });
    }
  },
});
