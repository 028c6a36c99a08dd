import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Letter } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { ContactEntry, Reminder } from './contract.ts';
import { tellContact } from './contact-history.ts';
import { may } from './policy.ts';
import { mailReminders } from './reminder.ts';
import { routes } from './routes.ts';

let db: Database;
let api: TestApi;
let now = new Date('2026-11-23T12:00:00Z');
const sales = callerOf('sales');

beforeAll(async () => {
  db = await openTestDatabase();
  api = await openTestApi({ routes, db, may, clock: () => now });
  for (const org of ['org_test', 'org_other'])
    await db.query('insert into organisations (id, name) values ($1, $1)', [org]);
  await db.query("insert into publishers (id, org_id, name) values ('pub_mag', 'org_test', 'Mag')");
  await db.query(
    "insert into contacts (id, org_id, publisher_id, name, email) values ('con_ada', 'org_test', 'pub_mag', 'Ada', 'ada@mag.example')",
  );
  await db.query(
    `insert into "user" (id, name, email, "emailVerified") values ('user_sales', 'sales', 'ines@house.example', true)`,
  );
});
afterAll(async () => {
  await api?.close();
  await db?.close();
});

const call = (method: string, url: string, body?: unknown, caller: typeof sales | undefined = sales) =>
  api.call(caller, method, url, body);
const historyOf = async () =>
  ((await call('GET', '/api/contacts/con_ada/history')).body as { items: unknown[] }).items.map((one) =>
    ContactEntry.parse(one),
  );
const remindersOf = async (query = '') =>
  (await call('GET', `/api/reminders?${query}`)).body as { items: unknown[]; next: string | null };

describe('who may', () => {
  test('staff reads, traders write; nobody else, and no other organisation', async () => {
    const made = await call('POST', '/api/reminders', { contact_id: 'con_ada', due_on: '2027-03-01', note: 'x' });
    const { id } = Reminder.parse(made.body);
    for (const [method, url, body] of [
      ['GET', '/api/contacts/con_ada/history', undefined],
      ['POST', '/api/contacts/con_ada/history', { note: 'x' }],
      ['POST', '/api/reminders', { contact_id: 'con_ada', due_on: '2027-01-01', note: 'x' }],
      ['POST', `/api/reminders/${id}/done`, undefined],
      ['DELETE', `/api/reminders/${id}`, undefined],
    ] as const) {
      expect((await api.call(undefined, method, url, body)).status, url).toBe(401);
      expect((await call(method, url, body, callerOf('client', 'org_test', 'adv'))).status, url).toBe(403);
      if (method !== 'GET') expect((await call(method, url, body, callerOf('analyst'))).status, url).toBe(403);
      expect((await call(method, url, body, callerOf('admin', 'org_other'))).status, url).toBe(404);
    }
    expect((await call('DELETE', `/api/reminders/${id}`)).status).toBe(204);
  });
});

describe('the history of a contact', () => {
  test('holds what is noted by hand and what domains tell, newest first', async () => {
    const noted = await call('POST', '/api/contacts/con_ada/history', {
      kind: 'call',
      note: 'Wants two weeks.',
      at: '2026-11-20T09:00:00Z',
    });
    expect(noted.status, noted.text).toBe(201);
    await db.transaction((tx) =>
      tellContact(tx, 'org_test', {
        contact_id: 'con_ada',
        kind: 'sent',
        at: now,
        author: 'Inès',
        subject: { kind: 'rfp', id: 'rfp_1', name: 'Winter' },
      }),
    );
    await db.transaction((tx) =>
      tellContact(tx, 'org_test', { contact_id: null, kind: 'sent', at: now, author: 'Inès' }),
    );
    expect((await historyOf()).map(({ kind, author, note, subject }) => [kind, author, note, subject?.name])).toEqual([
      ['sent', 'Inès', '', 'Winter'],
      ['call', 'sales', 'Wants two weeks.', undefined],
    ]);
  });

  test('knows no future', async () => {
    const reply = await call('POST', '/api/contacts/con_ada/history', { note: 'x', at: '2027-01-01T00:00:00Z' });
    expect(reply.body).toMatchObject({ code: 'bad-input', field: 'at' });
  });
});

describe('reminders', () => {
  const add = async (due_on: string, note: string, caller = sales) =>
    Reminder.parse((await call('POST', '/api/reminders', { contact_id: 'con_ada', due_on, note }, caller)).body);

  test('come first to be due first, page by page; what is done goes', async () => {
    for (const [due, note] of [
      ['2026-12-05', 'c'],
      ['2026-11-23', 'a'],
      ['2026-12-01', 'b'],
    ] as const)
      await add(due, note);
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const page: { items: unknown[]; next: string | null } = await remindersOf(
        `open=true&limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      seen.push(...page.items.map((one) => Reminder.parse(one).note));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(['a', 'b', 'c']);
    const due = (await remindersOf('open=true&due_by=2026-11-23')).items.map((one) => Reminder.parse(one));
    expect(due).toMatchObject([{ note: 'a', contact_name: 'Ada', party_name: 'Mag', owner_name: 'sales' }]);
    const [first] = due;
    for (const _ of [1, 2]) expect((await call('POST', `/api/reminders/${first?.id}/done`)).status).toBe(200);
    expect((await remindersOf('open=true&due_by=2026-11-23')).items).toEqual([]);
  });

  test('are mailed once on their day to whoever made them; a letter that did not leave is tried again', async () => {
    await db.query('delete from contact_reminders');
    await add('2026-11-24', 'Call Ada');
    await add('2026-11-24', 'By a key', callerOf('traffic_manager'));
    const letters: Letter[] = [];
    let broken = false;
    const desk = {
      db,
      clock: () => now,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      origin: 'https://vigie.example',
      mail: {
        send: async (letter: Letter) => {
          if (broken) throw new Error('no mail server');
          letters.push(letter);
        },
        close: () => undefined,
      },
    };
    expect(await mailReminders(desk)).toBe(0);
    now = new Date('2026-11-24T07:00:00Z');
    broken = true;
    expect(await mailReminders(desk)).toBe(0);
    broken = false;
    expect(await mailReminders(desk)).toBe(1);
    expect(await mailReminders(desk)).toBe(0);
    expect(letters).toMatchObject([{ to: ['ines@house.example'], subject: 'Ada : Call Ada' }]);
    expect(letters[0]?.text).toContain('https://vigie.example/contacts/con_ada');
  });
});
