/** Holds lapse on time whatever happens to the process meanwhile: what is held, and until when, is in the database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, migrateSql, openEmbedded } from '#platform';
import { callerOf } from '#platform/testing';
import { createLineItem } from './create-line-item.ts';
import { lapseHolds } from './jobs.ts';
import { expireProposals, moveProposal, sendProposal } from './move-proposal.ts';
import { moveLineItem } from './move-line-item.ts';
import { createOrder } from './order.ts';
import { createProposal } from './proposal.ts';
import { fillHouse, lineOf } from './testing.ts';
import { LineItemInput, OfferedLine } from './contract.ts';

const caller = callerOf('traffic_manager');
let folder: string;
let db: Database;
let now = new Date('2026-10-01T12:00:00Z');
const clock = () => now;
const until = '2026-10-02T18:00:00.000Z';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-holds-'));
  db = await openEmbedded(folder);
  await migrateSql(db);
  await fillHouse(db);
}, 60_000);
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The process ends and another one opens the same folder. */
async function restart(): Promise<void> {
  await db.close();
  db = await openEmbedded(folder);
  await migrateSql(db);
}
const held = async () =>
  (await db.query("select 1 from reservations where org_id = 'org_test' and state = 'held'")).length;

test('an option and an offer hold their space through restarts until their moment, and not a millisecond longer', async () => {
  const order = await createOrder(db, caller, { advertiser_id: 'adv_acme', name: 'Acme', side: 'sell' });
  const line = await createLineItem(db, caller, LineItemInput.parse(lineOf(order.id)));
  await moveLineItem({ db, clock }, caller, { id: line.id, to: 'reserved', expires_at: until });
  const { order_id: _, ...offered } = lineOf('');
  const proposal = await createProposal({ db, clock }, caller, {
    advertiser_id: 'adv_acme',
    name: 'Acme',
    language: 'en',
    currency: 'EUR',
    terms: '',
    lines: [OfferedLine.parse(offered)],
  });
  await moveProposal({ db, clock }, caller, { id: proposal.id, move: 'submit' });
  await sendProposal({ db, clock }, caller, { id: proposal.id, expires_at: until, hold: true });
  expect(await held()).toBe(2);

  await restart();
  now = new Date(Date.parse(until) - 1);
  expect([await lapseHolds({ db, clock }), await expireProposals({ db, clock })]).toEqual([0, 0]);
  expect(await held()).toBe(2);

  // Down over the moment itself: the first run afterwards gives the space back.
  await restart();
  now = new Date(until);
  expect([await lapseHolds({ db, clock }), await expireProposals({ db, clock })]).toEqual([1, 1]);
  expect(await held()).toBe(0);
  await restart();
  expect([await lapseHolds({ db, clock }), await expireProposals({ db, clock })]).toEqual([0, 0]);
}, 60_000);
