/**
 * `vigie bench plan [--placements N] [--bookings N] [--plans N]`: a media plan of 30 days over all placements, four scenarios each, in a
 * temporary store. The first plan learns all histories; the others are those of a day's work.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenariosOf } from '#campaigns';
import { Brief } from '#campaigns/contract';
import { migrateEvents, migrateSql, openEmbedded, openEvents, startEmbeddedEvents } from '#platform';
import { type Command, print, wordsOf } from '../commands/command.ts';
import { caller, fillBookings, fillPlaces, now, org } from './availability.ts';

const objectives = ['awareness', 'traffic', 'conversion'] as const;

const bench: Command = async (args) => {
  const { values } = wordsOf(args, {
    placements: { type: 'string' },
    bookings: { type: 'string' },
    plans: { type: 'string' },
  });
  const placements = Number(values.placements ?? 1000);
  const bookings = Number(values.bookings ?? 500);
  const plans = Number(values.plans ?? 6);
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  const engine = await startEmbeddedEvents(join(folder, 'events'));
  const events = openEvents(engine.url);
  const db = await openEmbedded('memory');
  try {
    await Promise.all([migrateEvents(events), migrateSql(db)]);
    await fillPlaces(db, events, placements);
    await fillBookings(db, bookings, placements);
    const rates = Array.from({ length: placements }, (_, i) => ({
      placement_id: `pl${i}`,
      model: 'cpm',
      amount: 400 + ((i * 7919) % 2200),
    }));
    await db.query(
      "insert into rate_cards (id, org_id, name, currency, valid_from, rates) values ('card', $1, 'Bench', 'EUR', '2026-01-01', $2)",
      [org, JSON.stringify(rates)],
    );
    const desk = { db, events, clock: () => now, caller };
    const times: number[] = [];
    let lines = 0;
    for (let i = 0; i <= plans; i++) {
      const brief = Brief.parse({
        objective: objectives[i % objectives.length],
        budget: 5_000_000 * (1 + i),
        currency: 'EUR',
        start: '2026-12-01',
        end: '2026-12-30',
        targeting: i % 2 ? { and: [{ key: 'device', in: ['phone'] }] } : null,
        least_impressions: 10_000,
        most_placements: i % 3 === 2 ? 40 : null,
      });
      const began = performance.now();
      const { scenarios } = await scenariosOf(desk, brief);
      times.push(Math.round(performance.now() - began));
      lines = Math.max(lines, ...scenarios.map((one) => one.lines.length));
    }
    const [first = 0, ...others] = times;
    const report = {
      placements,
      bookings,
      days: 30,
      scenarios: 4,
      first_ms: first,
      others_ms: others,
      most_ms: Math.max(...others),
      lines,
    };
    print(
      values.json,
      report,
      `Media plans at ${placements} placements, ${bookings} bookings, 30 days, 4 scenarios each\n  first, learning all histories: ${first} ms\n  others: ${others.join(', ')} ms (most ${report.most_ms})`,
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
