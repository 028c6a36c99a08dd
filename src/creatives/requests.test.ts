/** From a booked line to an approved creative by private link: over HTTP, on a real database, with a real mail server. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { may } from '#people';
import { type Database, openMail } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { keepRequests } from './keep-requests.ts';
import { defaultLimits, limitsOf, strictest } from './limits.ts';
import { reminderJob, stageOf } from './reminders.ts';
import { deadlineOf } from './request-deadline.ts';
import { routesOf } from './routes.ts';
import { pngOf } from './testing.ts';

let db: Database;
let api: TestApi;
const admin = callerOf('admin', 'org_ours');
const now = new Date('2026-11-26T09:00:00Z'); // a Thursday

beforeAll(async () => {
  db = await openTestDatabase();
  api = await openTestApi({ routes: routesOf({ edgeUrl: 'http://edge.example' }), db, may, clock: () => now });
  await db.query("insert into organisations (id, name) values ('org_ours', 'La Régie'), ('org_theirs', 'Autre')");
  await db.query(
    "insert into advertisers (id, org_id, name) values ('adv', 'org_ours', 'Fromagerie'), ('adv2', 'org_ours', 'Other')",
  );
  await db.query("insert into publishers (id, org_id, name) values ('pub', 'org_ours', 'Le Journal')");
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency, publisher_id) values ('site', 'org_ours', 'journal.example', 'Journal', 'Europe/Paris', 'EUR', 'pub')",
  );
  await db.query(
    "insert into placements (id, org_id, site_id, code, name, formats) values ('pl', 'org_ours', 'site', 'top', 'Top', '{300x250,728x90,video}')",
  );
  await db.query(
    "insert into formats (id, org_id, code, name, kind, width, height, max_initial_kb, max_subload_kb) values ('f1', 'org_ours', '300x250', 'MPU', 'display', 300, 250, 150, 300), ('f2', 'org_ours', '728x90', 'LB', 'display', 728, 90, 120, 240)",
  );
  await db.query("insert into orders (id, org_id, advertiser_id, name) values ('ord', 'org_ours', 'adv', 'Hiver')");
  await db.query(
    "insert into contacts (id, org_id, advertiser_id, name, email) values ('con', 'org_ours', 'adv', 'Zoé', 'zoe@fromagerie.example')",
  );
  await book('li_1', ['300x250', '728x90', 'video'], '2026-12-03T00:00:00+01:00');
}, 60_000);
afterAll(async () => {
  await api?.close();
  await db?.close();
});

async function book(id: string, formats: string[], start: string) {
  await db.query(
    `insert into line_items (id, org_id, order_id, name, type, priority, state, goal_unit, goal_quantity, rate_model, rate_amount, currency, starts_at, ends_at, placements, sizes)
     values ($1, 'org_ours', 'ord', $1, 'standard', 8, 'booked', 'impressions', 1000, 'cpm', 500, 'EUR', $2, $2::timestamptz + interval '30 days', '{pl}', $3) on conflict do nothing`,
    [id, start, formats],
  );
  await db.transaction((tx) =>
    keepRequests(
      tx,
      admin,
      { id, name: id, order_id: 'ord', order_name: 'Hiver', advertiser_id: 'adv', placements: ['pl'], formats, start },
      now,
    ),
  );
}

type Listed = {
  items: {
    id: string;
    format: string;
    state: string;
    due: string;
    is_late: boolean;
    limits: Record<string, number>;
    kinds: string[];
  }[];
  next: string | null;
};
const listed = async (query = '') => (await api.call(admin, 'GET', `/api/creative-requests${query}`)).body as Listed;

describe('requests follow from the booking', () => {
  test('one of each format, with its kinds, limits and deadline', async () => {
    const { items } = await listed('?line_item_id=li_1');
    expect(items.map(({ format, state, kinds }) => [format, state, kinds])).toEqual(
      expect.arrayContaining([
        ['300x250', 'open', ['image', 'html5', 'tag']],
        ['video', 'open', ['video']],
      ]),
    );
    expect(items.find(({ format }) => format === '728x90')?.limits).toMatchObject({
      initial_kb: 120,
      subload_kb: 240,
      animation_s: 30,
    });
    // Three working days before Thursday 3 December in Paris.
    expect(items.map(({ due }) => new Date(due).toISOString())).toEqual(Array(3).fill('2026-11-27T23:00:00.000Z'));
  });

  test('again is the same; a format that is gone is cancelled, one that comes back is open', async () => {
    await book('li_2', ['300x250', '728x90'], '2026-12-10T00:00:00+01:00');
    await book('li_2', ['300x250'], '2026-12-10T00:00:00+01:00');
    expect((await listed('?line_item_id=li_2')).items.map(({ format }) => format)).toEqual(['300x250']);
    expect((await listed('?line_item_id=li_2&state=cancelled')).items.map(({ format }) => format)).toEqual(['728x90']);
    await book('li_2', ['300x250', '728x90'], '2026-12-10T00:00:00+01:00');
    expect((await listed('?line_item_id=li_2')).items).toHaveLength(2);
  });

  test('a deadline that was set by hand stays', async () => {
    const id = (await listed('?line_item_id=li_2')).items[0]?.id ?? '';
    const changed = await api.call(admin, 'PATCH', `/api/creative-requests/${id}`, {
      due: '2026-12-01T12:00:00Z',
      languages: ['fr'],
      note: 'Ton sobre.',
    });
    expect(changed.body).toMatchObject({ languages: ['fr'], note: 'Ton sobre.' });
    await book('li_2', ['300x250', '728x90'], '2026-12-20T00:00:00+01:00');
    const after = (await listed('?line_item_id=li_2')).items.map(({ id: one, due }) => [
      one === id,
      new Date(due).toISOString().slice(0, 10),
    ]);
    expect(after).toEqual([
      [true, '2026-12-01'],
      [false, '2026-12-16'],
    ]);
  });

  test('pages of the list are whole and in order', async () => {
    const all = (await listed()).items.map(({ id }) => id);
    const one: string[] = [];
    for (let cursor = ''; ;) {
      const { items, next } = await listed(`?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      one.push(...items.map(({ id }) => id));
      if (!next) break;
      cursor = next;
    }
    expect(one).toEqual(all);
  });

  test('a PDF and a calendar', async () => {
    const pdf = await api.call(admin, 'GET', '/api/creative-requests.pdf?order_id=ord&language=fr');
    expect(pdf.status, pdf.text.slice(0, 300)).toBe(200);
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const calendar = await api.call(admin, 'GET', '/api/creative-requests.ics?order_id=ord');
    expect(calendar.text).toContain('BEGIN:VEVENT');
    expect(calendar.text).toContain('DTSTART;VALUE=DATE:20261128');
  });
});

describe('deadlines', () => {
  test('never at a weekend, never after the start, never before now', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 60 }), (start, lead) => {
        const due = deadlineOf(start, lead, 0);
        expect([0, 6]).not.toContain(
          new Date(Math.max(due, 5 * 86_400_000)).getUTCDay() * (due > 5 * 86_400_000 ? 1 : 0) || 1,
        );
        expect(due).toBeLessThanOrEqual(Math.max(start, 0));
        expect(deadlineOf(start, lead, start + 5)).toBe(start + 5);
      }),
    ));
  test.each([
    ['2026-12-03T00:00:00Z', 1, '2026-12-02T00:00:00Z'],
    ['2026-11-30T10:00:00Z', 1, '2026-11-27T10:00:00Z'],
    ['2026-11-29T10:00:00Z', 0, '2026-11-27T10:00:00Z'],
    ['2026-11-30T10:00:00Z', 5, '2026-11-23T10:00:00Z'],
  ])('%s, %i days ahead: %s', (start, lead, due) =>
    expect(new Date(deadlineOf(Date.parse(start), lead, 0)).toISOString().slice(0, 19) + 'Z').toBe(due),
  );
  test('stages', () => {
    const due = Date.parse('2026-12-01T00:00:00Z');
    const at = (days: number) => stageOf(due, due + days * 86_400_000);
    expect([-6, -5, -3, -2, -1, 0, 1, 2, 9].map(at)).toEqual([
      undefined,
      'd-5',
      'd-5',
      'd-2',
      'd-2',
      'd0',
      'd0',
      'd2',
      'd5',
    ]);
  });
});

describe('limits', () => {
  test('the last word stands: house, publisher, placement, each for all formats and for one', () => {
    const rows = [
      { scope: 'placement' as const, scope_id: 'p', format: '', limits: { files: 7 } },
      { scope: 'publisher' as const, scope_id: 'u', format: '300x250', limits: { files: 6, requests: 9 } },
      { scope: 'publisher' as const, scope_id: 'u', format: '', limits: { files: 5 } },
      { scope: 'house' as const, scope_id: '', format: '', limits: { files: 4, cpu_s: 3 } },
      { scope: 'placement' as const, scope_id: 'other', format: '', limits: { files: 1 } },
    ];
    const of = (id: string, publisher_id: string | null, format: string) =>
      limitsOf([{ id, publisher_id }], format, {}, rows);
    expect(of('p', 'u', '300x250')).toMatchObject({ files: 7, requests: 9, cpu_s: 3 });
    expect(of('q', 'u', '300x250').files).toBe(6);
    expect(of('q', 'u', 'native').files).toBe(5);
    expect(of('q', null, 'native').files).toBe(4);
    expect(limitsOf([], 'x', { initial_kb: 42 }, [])).toEqual({ ...defaultLimits, initial_kb: 42 });
  });
  test('where it runs in several places, the strictest of each', () => {
    const a = {
      ...defaultLimits,
      files: 3,
      lead_days: 1,
      allowed_hosts: ['a.example', 'b.example'],
      needs_payer: true,
    };
    const b = { ...defaultLimits, files: 9, lead_days: 8, allowed_hosts: ['b.example'] };
    expect(strictest(a, b)).toMatchObject({ files: 3, lead_days: 8, allowed_hosts: ['b.example'], needs_payer: true });
  });
  test('are data of the house, and requests follow them', async () => {
    const put = await api.call(admin, 'PUT', '/api/creative-limits', {
      scope: 'publisher',
      scope_id: 'pub',
      format: '300x250',
      limits: { initial_kb: 80, lead_days: 5 },
    });
    expect(put.status, put.text).toBe(200);
    await book('li_3', ['300x250'], '2026-12-17T00:00:00+01:00');
    const [request] = (await listed('?line_item_id=li_3')).items;
    expect(request?.limits['initial_kb']).toBe(80);
    expect(request?.due.slice(0, 10)).toBe('2026-12-09');
    const none = await api.call(admin, 'PUT', '/api/creative-limits', {
      scope: 'publisher',
      scope_id: 'nobody',
      limits: {},
    });
    expect([none.status, (none.body as { field: string }).field]).toEqual([404, 'scope_id']);
    const wrong = await api.call(admin, 'PUT', '/api/creative-limits', { scope: 'house', limits: { initial_kb: -1 } });
    expect([wrong.status, (wrong.body as { field: string }).field]).toEqual([400, 'limits.initial_kb']);
  });
});

describe('private links', () => {
  type Made = { id: string; path: string };
  const link = async (body: object) => {
    const reply = await api.call(admin, 'POST', '/api/creative-links', body);
    expect(reply.status, reply.text).toBe(201);
    return reply.body as Made;
  };
  const tokenOf = ({ path }: Made) => path.split('/')[2] ?? '';

  test('only the hash of a token is kept', async () => {
    const token = tokenOf(await link({ order_id: 'ord' }));
    const rows = JSON.stringify(await db.query('select * from creative_links'));
    expect(rows).not.toContain(token);
    expect(JSON.stringify(await db.query('select * from audit_entries'))).not.toContain(token);
  });

  test('shows what is needed; expires, is revoked, and tells strangers nothing', async () => {
    const made = await link({ order_id: 'ord', days: 1 });
    const page = await api.call(undefined, 'GET', made.path);
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const seen = await api.call(undefined, 'GET', `/api/p/${tokenOf(made)}/creatives`);
    expect(seen.body).toMatchObject({
      seller: 'La Régie',
      advertiser: 'Fromagerie',
      may_upload: true,
      may_approve: false,
    });
    await api.call(admin, 'DELETE', `/api/creative-links/${made.id}`);
    const gone = await api.call(undefined, 'GET', `/api/p/${tokenOf(made)}/creatives`);
    expect(gone.status).toBe(404);
    const late = await link({ order_id: 'ord', days: 1 });
    await db.query('update creative_links set expires_at = $2 where id = $1', [late.id, now.toISOString()]);
    expect((await api.call(undefined, 'GET', `/api/p/${tokenOf(late)}/creatives`)).status).toBe(404);
    expect((await api.call(undefined, 'GET', `/api/p/${'x'.repeat(43)}/creatives`)).status).toBe(404);
  });

  test('what is wrong is said in both languages', async () => {
    const handed = await api.call(
      undefined,
      'POST',
      `/api/p/${tokenOf(await link({ advertiser_id: 'adv' }))}/creative`,
      {
        landing_url: 'http://a.example/',
        kind: 'text',
        content: { title: 'Bonjour' },
      },
    );
    expect((handed.body as { faults: unknown }).faults).toEqual([
      {
        code: 'landing',
        level: 'warning',
        sentence: 'The landing page is not reached over https.',
        advice: 'Use the https address of the page.',
        fr: {
          sentence: 'La page de destination n’est pas en https.',
          advice: 'Donnez l’adresse https de la page.',
        },
      },
    ]);
  });

  test('a link that only uploads does not approve; one of another advertiser sees nothing', async () => {
    const form = {
      advertiser_id: 'adv',
      landing_url: 'https://a.example/',
      kind: 'text',
      content: { title: 'Bonjour' },
    };
    const studio = tokenOf(await link({ advertiser_id: 'adv' }));
    const handed = await api.call(undefined, 'POST', `/api/p/${studio}/creative`, {
      landing_url: form.landing_url,
      kind: 'text',
      content: form.content,
    });
    expect(handed.status, handed.text).toBe(201);
    const { id } = handed.body as { id: string };
    const judged = { creative_id: id, name: 'Zoé', verdict: 'approve' };
    expect((await api.call(undefined, 'POST', `/api/p/${studio}/verdict`, judged)).status).toBe(403);
    const other = tokenOf(await link({ advertiser_id: 'adv2', may_approve: true }));
    expect((await api.call(undefined, 'POST', `/api/p/${other}/verdict`, judged)).status).toBe(404);
    const client = tokenOf(await link({ advertiser_id: 'adv', may_approve: true, may_upload: false }));
    const refused = await api.call(undefined, 'POST', `/api/p/${client}/verdict`, { ...judged, verdict: 'reject' });
    expect([refused.status, (refused.body as { field: string }).field]).toEqual([400, 'reason']);
    const approved = await api.call(undefined, 'POST', `/api/p/${client}/verdict`, judged);
    expect(approved.body).toMatchObject({ state: 'approved' });
    const [entry] = await db.query<{ actor_name: string }>(
      "select actor_name from audit_entries where action = 'creative.approve' and subject_id = $1",
      [id],
    );
    expect(entry?.actor_name).toBe('Zoé (private link)');
    expect(
      (
        await api.call(undefined, 'POST', `/api/p/${client}/creative`, {
          landing_url: 'https://a.example/',
          kind: 'text',
          content: { title: 'x' },
        })
      ).status,
    ).toBe(403);
  });

  test('a calendar address shows the deadlines to whoever follows it', async () => {
    const made = await link({ purpose: 'calendar', name: 'Planning' });
    const calendar = await api.call(undefined, 'GET', made.path);
    expect(calendar.text).toContain('SUMMARY:300x250');
    expect((await api.call(undefined, 'GET', made.path.replace('deadlines', 'creatives'))).text).toContain(
      'leads nowhere',
    );
  });
});

describe('chasing', () => {
  let smtp: Server;
  let letters: string[];
  let port: number;
  beforeAll(async () => {
    letters = [];
    smtp = createServer((socket) => {
      let text = '';
      let isData = false;
      socket.write('220 test\r\n');
      socket.on('data', (chunk) => {
        text += chunk.toString();
        for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
          const line = text.slice(0, end);
          if (isData) {
            const stop = text.indexOf('\r\n.\r\n');
            if (stop < 0) return;
            letters.push(text.slice(0, stop));
            text = text.slice(stop + 5);
            isData = false;
            socket.write('250 ok\r\n');
            continue;
          }
          text = text.slice(end + 2);
          if (/^DATA/i.test(line)) isData = true;
          socket.write(isData ? '354 go\r\n' : /^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
          if (/^QUIT/i.test(line)) socket.end();
        }
      });
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const address = smtp.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(() => new Promise((resolve) => smtp.close(resolve)));

  test('what is missing is asked for once a stage, in one letter an order, with a link that works', async () => {
    const mail = openMail(`smtp://127.0.0.1:${port}`, 'Vigie <vigie@house.example>');
    const job = reminderJob({ db, mail, url: 'https://vigie.example' });
    const run = (at: Date) =>
      job.run({
        clock: () => at,
        signal: new AbortController().signal,
        input: {},
        log: { info() {}, warn() {}, error() {} } as never,
      });
    await run(now);
    await run(now);
    expect(letters).toHaveLength(1);
    const text = (letters[0] ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
    expect(text).toContain('To: zoe@fromagerie.example');
    const token = /https:\/\/vigie\.example\/p\/([\w-]{43})\/creatives/.exec(text)?.[1] ?? '';
    expect((await api.call(undefined, 'GET', `/api/p/${token}/creatives`)).status).toBe(200);
    await run(new Date('2026-11-28T00:00:00Z'));
    expect(letters).toHaveLength(2);
    const late = await api.call(admin, 'GET', '/api/creative-requests?late=true');
    expect((late.body as Listed).items).toEqual([]); // at the clock of the server nothing is late yet
    mail.close();
  });
});

test('a creative that is handed in is matched by campaigns, and an image can be converted', async () => {
  const { multipartOf } = await import('./testing.ts');
  const { body, headers } = await multipartOf({ advertiser_id: 'adv', landing_url: 'https://a.example/' }, [
    { name: 'a.png', bytes: pngOf(300, 250, { comment: 9000 }) },
  ]);
  const made = (await api.call(admin, 'POST', '/api/creatives', body, headers)).body as {
    id: string;
    family_id: string;
    file_hash: string;
  };
  const converted = await api.call(admin, 'POST', `/api/creatives/${made.id}/convert`, { format: 'webp', max_kb: 5 });
  expect(converted.status, converted.text).toBe(201);
  expect(converted.body).toMatchObject({
    family_id: made.id,
    version: 2,
    media_type: 'image/webp',
    width: 300,
    height: 250,
    state: 'waiting',
  });
  const next = converted.body as { id: string; original_url: string; weight_bytes: number };
  expect(next.weight_bytes).toBeLessThan(5 * 1024);
  const original = await api.call(admin, 'GET', next.original_url);
  expect(original.bytes.equals(pngOf(300, 250, { comment: 9000 }))).toBe(true);
  await api.call(admin, 'POST', `/api/creatives/${made.id}/approve`);
  await api.call(admin, 'POST', `/api/creatives/${next.id}/approve`);
  expect((await api.call(admin, 'GET', `/api/creatives/${made.id}`)).body).toMatchObject({
    state: 'retired',
    state_reason: 'Replaced by version 2.',
  });
});
