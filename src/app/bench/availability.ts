/**
 * `vigie bench availability [--placements N] [--bookings N] [--questions N]`: what is left of 90 days under an allocation, in a
 * temporary store. The first question learns all histories; the others are those of a day's work.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { availabilityOf } from '#forecasting';
import { AvailabilityInput } from '#forecasting/contract';
import {
  type Caller,
  type Database,
  type Events,
  migrateEvents,
  migrateSql,
  openEmbedded,
  openEvents,
  startEmbeddedEvents,
} from '#platform';
import { type Command, print, wordsOf } from '../commands/command.ts';
import { seeded } from './forecast-series.ts';

export const org = 'org_bench';
export const now = new Date('2026-11-24T00:00:00Z');
export const caller: Caller = {
  kind: 'system',
  id: 'bench',
  name: 'bench',
  org_id: org,
  role: 'admin',
  advertiser_id: null,
};
const perSite = 200;
const past = 120;
const ahead = 90;
const day = 86_400_000;
const dateAt = (days: number) => new Date(now.getTime() + days * day).toISOString().slice(0, 10);
const countries = ['FR', 'BE', 'CH', 'CA', 'DE', 'GB', 'ES', 'IT'];
const devices = ['desktop', 'phone', 'tablet'];

export async function fillPlaces(db: Database, events: Events, placements: number): Promise<void> {
  await db.query('insert into organisations (id, name) values ($1, $1)', [org]);
  const sites = Math.ceil(placements / perSite);
  for (let site = 0; site < sites; site++) {
    await db.query(
      "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, $1 || '.example', $1, 'Europe/Paris', 'EUR')",
      [`site${site}`, org],
    );
  }
  await db.query(
    `insert into placements (id, org_id, site_id, code, name, formats)
     select 'pl' || i, $1, 'site' || (i / $3::int), 'p' || i, 'Place ' || i, '{300x250}' from generate_series(0, $2::int - 1) as i`,
    [org, placements, perSite],
  );
  await events.command(
    `insert into ad_request_days select '${org}', concat('site', toString(intDiv(number, ${past}) div ${perSite})), concat('pl', toString(intDiv(number, ${past}))),
       toDate('${dateAt(0)}') - 1 - number % ${past}, toUInt64(2000 * (1 + cityHash64(intDiv(number, ${past})) % 20) * (0.9 + 0.2 * (cityHash64(number) % 1000) / 1000)
         * if(toDayOfWeek(toDate('${dateAt(0)}') - 1 - number % ${past}) > 5, 0.7, 1)), 0
     from numbers(${placements * past})`,
  );
  const rows = Array.from({ length: sites }, (_, site) =>
    countries.flatMap((country, c) =>
      devices.flatMap((device, d) =>
        Array.from({ length: 24 * 7 }, (__, i) => ({
          org_id: org,
          site_id: `site${site}`,
          placement_id: `pl${site * perSite}`,
          local_date: dateAt(-1 - Math.floor(i / 24)),
          local_hour: `${dateAt(-1 - Math.floor(i / 24))} ${String(i % 24).padStart(2, '0')}:00:00`,
          country,
          device,
          requests: Math.round((2000 / (1 + c) / (1 + d)) * (1 + Math.sin(((i % 24) - 9) / 4))),
          filled: 0,
        })),
      ),
    ),
  ).flat();
  await events.insert('ad_request_hours', rows, { token: 'bench' });
}

const some = (draw: () => number, most: number, of: number, from = 0) =>
  [...new Set(Array.from({ length: 1 + Math.floor(draw() ** 2 * most) }, () => from + Math.floor(draw() * of)))].map(
    (i) => `pl${i}`,
  );

function targetingOf(draw: () => number): object | null {
  const kind = draw();
  if (kind < 0.45) return null;
  const country = { key: 'geo.country', in: [countries[Math.floor(draw() * 4)]] };
  const device = { key: 'device', in: [devices[Math.floor(draw() * 3)]] };
  const daypart = { key: 'daypart', in: ['mon-fri 08:00-18:00'] };
  return { and: kind < 0.65 ? [country] : kind < 0.85 ? [device] : kind < 0.95 ? [country, device] : [daypart] };
}

export async function fillBookings(db: Database, count: number, placements: number): Promise<void> {
  const draw = seeded(4);
  for (let i = 0; i < count; i++) {
    const start = Math.floor(draw() * ahead * 0.8);
    const length = 5 + Math.floor(draw() * 40);
    const places = some(draw, 30, placements);
    const sponsored = draw() < 0.08;
    await db.query(
      `insert into reservations (id, org_id, line_item_id, state, priority, placements, sizes, targeting, goal_unit, goal_quantity, starts_at, ends_at, version)
       values ($1, $2, $3, 'booked', $4, $5, '{300x250}', $6, $7, $8, $9, $10, $11)`,
      [
        `res${i}`,
        org,
        `li${i}`,
        sponsored ? 4 : 6 + Math.floor(draw() * 4),
        places,
        sponsored ? null : JSON.stringify(targetingOf(draw)),
        sponsored ? 'share' : 'impressions',
        sponsored ? 25 : Math.round(places.length * length * 6000 * draw()),
        new Date(now.getTime() + start * day).toISOString(),
        new Date(now.getTime() + (start + length) * day).toISOString(),
        i + 1,
      ],
    );
  }
}

const at = (sorted: readonly number[], part: number) =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0) * 10) / 10;

const bench: Command = async (args) => {
  const { values } = wordsOf(args, {
    placements: { type: 'string' },
    bookings: { type: 'string' },
    questions: { type: 'string' },
  });
  const placements = Number(values.placements ?? 1000);
  const bookings = Number(values.bookings ?? 500);
  const questions = Number(values.questions ?? 40);
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  const engine = await startEmbeddedEvents(join(folder, 'events'));
  const events = openEvents(engine.url);
  const db = await openEmbedded('memory');
  try {
    await Promise.all([migrateEvents(events), migrateSql(db)]);
    await fillPlaces(db, events, placements);
    await fillBookings(db, bookings, placements);
    const asking = { db, events, clock: () => now, caller };
    const draw = seeded(9);
    const ask = async (body: object) => {
      const began = performance.now();
      const reply = await availabilityOf(asking, AvailabilityInput.parse(body));
      return { ms: performance.now() - began, reply };
    };
    const sites = Array.from({ length: Math.ceil(placements / perSite) }, (_, i) => `site${i}`);
    const first = await ask({ sites, start: dateAt(0), end: dateAt(ahead - 1) });
    const whole = await ask({
      sites,
      start: dateAt(0),
      end: dateAt(ahead - 1),
      targeting: { and: [{ key: 'device', in: ['phone'] }] },
    });
    const times: Record<string, number[]> = {
      'all placements, 90 days': [],
      'a basket, with alternatives when short': [],
    };
    let short = 0;
    for (let i = 0; i < questions; i++) {
      const all = await ask({
        sites,
        start: dateAt(0),
        end: dateAt(ahead - 1),
        goal: { unit: 'impressions', quantity: 1e6 * (1 + i) },
      });
      times['all placements, 90 days']?.push(all.ms);
      const start = Math.floor(draw() * 60);
      const placementsAsked = some(draw, 20, placements);
      const { ms, reply } = await ask({
        placements: placementsAsked,
        start: dateAt(start),
        end: dateAt(start + 14),
        targeting: targetingOf(draw),
        goal: { unit: 'impressions', quantity: Math.round(placementsAsked.length * draw() * 200_000) },
      });
      if (!reply.enough) short++;
      times['a basket, with alternatives when short']?.push(ms);
    }
    const report = {
      placements,
      bookings,
      days: ahead,
      learning_ms: Math.round(first.ms),
      targeted_ms: Math.round(whole.ms),
      short_of: `${short}/${questions}`,
      table: Object.entries(times).map(([question, each]) => {
        const sorted = each.toSorted((a, b) => a - b);
        return {
          question,
          asked: sorted.length,
          p50_ms: at(sorted, 0.5),
          p95_ms: at(sorted, 0.95),
          most_ms: at(sorted, 1),
        };
      }),
    };
    const lines = report.table.map(
      ({ question, p50_ms, p95_ms, most_ms }) => `  ${question}: ${p50_ms} ms (p95 ${p95_ms}, most ${most_ms})`,
    );
    print(
      values.json,
      report,
      `Availability at ${placements} placements, ${bookings} bookings, ${ahead} days\n  learning all histories, once a day: ${report.learning_ms} ms\n${lines.join('\n')}`,
    );
    return 0;
  } finally {
    await db.close();
    await events.close();
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

export default bench;
