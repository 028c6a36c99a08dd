import fc from 'fast-check';
import { multipartOf } from '#creatives/testing';
import { callerOf } from '#platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BulkResult, ImportResult, type LineItem, LineItem as LineItemShape } from './contract.ts';
import { type Desk, openDesk, refusal } from './testing.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk(() => new Date('2026-10-15T10:00:00Z'));
}, 60_000);
afterAll(() => desk?.close());
beforeEach(async () => {
  await desk.db.query('delete from reservations');
  await desk.db.query('delete from assignments');
  await desk.db.query('delete from line_items');
});

const save = (changes: object[], more: object = {}) => desk.call('PATCH', '/api/line-items', { changes, ...more });
const read = async (id: string): Promise<LineItem> =>
  LineItemShape.parse((await desk.call('GET', `/api/line-items/${id}`)).body);

describe('a grid saved in one go', () => {
  test('terms and states of many lines change together, each with its trail', async () => {
    const [a, b] = [await desk.aLine(), await desk.aLine({ name: 'Second' })];
    const reply = await save([
      { id: a.id, name: 'First', priority: 6, pacing: 'asap', to: 'booked' },
      { id: b.id, end: '2026-12-15T00:00:00+01:00', goal: { unit: 'impressions', quantity: 5 } },
    ]);
    expect(reply.status, reply.text).toBe(200);
    expect(BulkResult.parse(reply.body)).toMatchObject({ saved: true, refused: 0 });
    expect(await read(a.id)).toMatchObject({ name: 'First', priority: 6, pacing: 'asap', state: 'booked' });
    expect(await read(b.id)).toMatchObject({ goal: { quantity: 5 }, state: 'draft' });
    const trail = await desk.db.query<{ action: string }>(
      'select action from audit_entries where subject_id = any($1) order by seq',
      [[a.id, b.id]],
    );
    expect(trail.map(({ action }) => action).filter((action) => action !== 'line-item.create')).toEqual([
      'line-item.change',
      'creative-requests.open',
      'line-item.move',
      'line-item.change',
    ]);
  });

  test('one wrong row, and nothing is changed; every wrong row is told at once, in words', async () => {
    const [a, b, c] = [await desk.aLine(), await desk.aLine(), await desk.aLine()];
    const reply = BulkResult.parse(
      (
        await save([
          { id: a.id, name: 'Renamed' },
          { id: b.id, priority: 1 },
          { id: c.id, end: '2026-10-01T00:00:00+02:00' },
          { id: 'none', name: 'x' },
        ])
      ).body,
    );
    expect(reply).toMatchObject({ saved: false, refused: 3 });
    expect(reply.rows.map(({ refusal: why }) => why && [why.field, why.sentence])).toEqual([
      null,
      ['priority', 'priority: a standard line item takes 6 to 10, not 1.'],
      ['end', 'end: must be later than start.'],
      [null, 'There is no such line item.'],
    ]);
    expect((await read(a.id)).name).toBe(a.name);
  });

  test('a dry run tells the same and changes nothing', async () => {
    const a = await desk.aLine();
    const reply = BulkResult.parse((await save([{ id: a.id, to: 'booked' }], { dry_run: true })).body);
    expect(reply).toMatchObject({ saved: false, refused: 0 });
    expect(reply.rows[0]?.warnings.map(({ code }) => code)).toContain('no-creative');
    expect((await read(a.id)).state).toBe('draft');
  });

  test('the same line twice, too many rows and another organisation’s line are refused', async () => {
    const a = await desk.aLine();
    expect(refusal(await save([{ id: a.id }, { id: a.id }]))).toBe(
      '400 bad-input changes.1.id: this line item is there twice.',
    );
    expect((await save(Array.from({ length: 501 }, (_, i) => ({ id: `x${i}` })))).status).toBe(400);
    expect((await save([])).status).toBe(400);
    const stranger = await desk.call(
      'PATCH',
      '/api/line-items',
      { changes: [{ id: a.id, name: 'Taken' }] },
      callerOf('admin', 'org_other'),
    );
    expect(BulkResult.parse(stranger.body).rows[0]?.refusal?.sentence).toBe('There is no such line item.');
    expect((await read(a.id)).name).toBe(a.name);
  });

  test('whatever mix of good and bad rows: all or nothing', async () => {
    const lines = [await desk.aLine(), await desk.aLine(), await desk.aLine()];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('good', 'bad'), { minLength: 3, maxLength: 3 }),
        fc.nat(1000),
        async (mix, n) => {
          const before = await Promise.all(lines.map(({ id }) => read(id)));
          const reply = BulkResult.parse(
            (
              await save(
                lines.map(({ id }, i) => ({ id, name: `n${n} ${i}`, ...(mix[i] === 'bad' ? { priority: 16 } : {}) })),
              )
            ).body,
          );
          const after = await Promise.all(lines.map(({ id }) => read(id)));
          expect(reply.saved).toBe(!mix.includes('bad'));
          expect(after.map(({ name }) => name)).toEqual(
            reply.saved ? lines.map((_, i) => `n${n} ${i}`) : before.map(({ name }) => name),
          );
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('an order copied', () => {
  const copy = (id: string, body: object = {}) => desk.call('POST', `/api/orders/${id}/copy`, body);
  const linesOf = async (order: string) =>
    Object((await desk.call('GET', `/api/line-items?order_id=${order}&order_by=start`)).body).items as LineItem[];

  test('its lines are drafts whose dates moved by the calendar, creatives and all', async () => {
    const order = await desk.anOrder();
    const line = await desk.aLine({ start: '2026-10-20T12:00:00+02:00', end: '2026-11-01T00:00:00+01:00' }, order.id);
    const creative = await desk.aCreative();
    await desk.assign(line.id, creative, { start: '2026-10-21T00:00:00+02:00' });
    await desk.move(line.id, 'booked');
    const made = await copy(order.id, { start: '2027-01-12', name: 'January' });
    expect(made.status, made.text).toBe(201);
    expect(made.body).toMatchObject({ name: 'January', lines: 1, advertiser_id: order.advertiser_id });
    const [one] = await linesOf(Object(made.body).id);
    expect(one).toMatchObject({ state: 'draft', name: line.name });
    // 84 days later: noon and midnight of winter time.
    expect([one?.start, one?.end]).toEqual(['2027-01-12T11:00:00.000Z', '2027-01-23T23:00:00.000Z']);
    const assigned = Object((await desk.call('GET', `/api/assignments?line_item_id=${one?.id}`)).body).items;
    expect(assigned).toMatchObject([{ creative_id: creative, start: '2027-01-12T23:00:00.000Z' }]);
  });

  test('for another advertiser it brings no creative, and dates beyond the calendar are refused', async () => {
    const order = await desk.anOrder();
    const line = await desk.aLine({}, order.id);
    await desk.assign(line.id, await desk.aCreative());
    const made = await copy(order.id, { advertiser_id: 'adv_globex' });
    const [one] = await linesOf(Object(made.body).id);
    expect(one?.start).toBe(line.start);
    expect(Object((await desk.call('GET', `/api/assignments?line_item_id=${one?.id}`)).body).items).toEqual([]);
    await desk.db.query("update line_items set starts_at = '2099-01-01', ends_at = '2099-12-01' where id = $1", [
      line.id,
    ]);
    expect(refusal(await copy(order.id, { shift_days: 3000 }))).toContain('400 bad-input start');
    expect(refusal(await copy('none'))).toBe('404 not-found There is no such order.');
  });
});

describe('a file of line items', () => {
  const send = async (text: string, fields: Record<string, string> = {}) => {
    const { body, headers } = await multipartOf(fields, [{ name: 'lines.csv', bytes: Buffer.from(text) }]);
    return desk.call('POST', '/api/line-items/import', body, desk.manager, headers);
  };
  const imported = async (text: string, fields: Record<string, string> = {}) => {
    const reply = await send(text, fields);
    expect(reply.status, reply.text).toBe(200);
    return ImportResult.parse(reply.body);
  };
  const exported = async (query = '') => (await desk.call('GET', `/api/line-items.csv${query}`)).text;

  test('what is exported is read again as the same', async () => {
    await desk.aLine({
      name: '=HYPERLINK("http://evil.example")',
      targeting: { and: [{ key: 'geo.country', in: ['FR', 'BE'] }] },
      frequency_caps: [
        { count: 3, per: 'day' },
        { count: 10, per: 'week', every: 2 },
      ],
      exclusion_labels: ['bank; private', 'bank'].slice(1),
      sizes: ['300x250'],
      start: '2026-11-01T08:00:00+01:00',
    });
    await desk.aLine({ pacing: 'custom', pacing_curve: [1, 2.5, 0], daily_cap: 1200, lifetime_cap: 30_000 });
    const text = await exported();
    // A spreadsheet runs nothing of it.
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    const again = await imported(text, { dry_run: 'false' });
    expect(again).toMatchObject({ saved: true, refused: 0, created: 0, changed: 0 });
    expect(again.rows.map(({ action }) => action)).toEqual(['same', 'same']);
  });

  test('rows with an id are changed, those without are made; a dry run first', async () => {
    const order = await desk.anOrder({ name: 'From a file' });
    const line = await desk.aLine({}, order.id);
    const text = [
      'id;order;name;type;goal_unit;goal_quantity;rate_model;rate;currency;start;end;placements',
      `${line.id};;Renamed;;;1 200 000;;12,75;;;30/11/2026;`,
      ';From a file;New one;standard;impressions;50000;cpm;8,5;EUR;01/12/2026;31/12/2026;news.example/side',
    ].join('\r\n');
    const tried = await imported(text);
    expect(tried).toMatchObject({ saved: false, refused: 0, created: 1, changed: 1 });
    expect(tried.rows.map(({ line: n, action, changes }) => [n, action, changes])).toEqual([
      [2, 'change', ['name', 'goal_quantity', 'rate']],
      [3, 'create', []],
    ]);
    expect((await read(line.id)).name).toBe(line.name);
    const done = await imported(text, { dry_run: 'false' });
    expect(done.saved).toBe(true);
    expect(await read(line.id)).toMatchObject({
      name: 'Renamed',
      goal: { unit: 'impressions', quantity: 1_200_000 },
      rate: { model: 'cpm', amount: 1275, currency: 'EUR' },
      end: '2026-11-30T23:00:00.000Z',
    });
    expect(await read(done.rows[1]?.id ?? '')).toMatchObject({
      order_id: order.id,
      rate: { amount: 850 },
      start: '2026-11-30T23:00:00.000Z',
      end: '2026-12-31T23:00:00.000Z',
      state: 'draft',
    });
  });

  test('faults are told with their line and column, and nothing is kept', async () => {
    const order = await desk.anOrder();
    const line = await desk.aLine({}, order.id);
    const text = [
      'id,name,priority,rate,currency,start,targeting,frequency_caps',
      `${line.id},Renamed,,,,,,`,
      `${line.id},x,high,,,,,`,
      `${line.id},x,,1.234,EUR,,,`,
      `${line.id},x,,,,31/02/2026,,`,
      `${line.id},x,,,,,{not json,`,
      `${line.id},x,,,,,,often`,
      'none,x,,,,,,',
      ',x,,,,,,',
    ].join('\n');
    const told = await imported(text, { dry_run: 'false' });
    expect(told).toMatchObject({ saved: false, refused: 7 });
    expect(told.rows.map(({ line: n, refusal: why }) => [n, why?.column ?? null])).toEqual([
      [2, null],
      [3, 'priority'],
      [4, 'rate'],
      [5, 'start'],
      [6, 'targeting'],
      [7, 'frequency_caps'],
      [8, 'id'],
      [9, 'order'],
    ]);
    expect(told.rows[1]?.refusal?.sentence).toBe('priority: high is not a whole number.');
    expect((await read(line.id)).name).toBe(line.name);
  });

  test.each([
    ['', 'file: is empty.'],
    ['id,nom\n1,2', 'file, line 1: there is no column “nom”'],
    ['id,name,name\n1,2,3', 'file, line 1: the column name is there twice.'],
    ['id,state\nx,live', 'file, line 1: no column says anything to change.'],
    ['id,name', 'file: there is no row under the header.'],
    ['id,name\n1,"open', 'file, line 2: a quote is opened and never closed.'],
    ['id,name\n1,2,3', 'file, line 2: there are more cells than columns.'],
    [`id,name\n${'1,2\n'.repeat(501)}`, 'file: there are 501 rows; at most 500 are read at once.'],
  ])('%j is no file of line items', async (text, sentence) => {
    expect(refusal(await send(text))).toContain(`400 bad-input ${sentence}`);
  });

  test('another organisation’s placements and lines are unknown to it', async () => {
    const text =
      'order,name,type,goal_unit,goal_quantity,rate_model,rate,currency,start,end,placements\nO,x,standard,impressions,1,cpm,1,EUR,2026-12-01,2026-12-02,other.news.example/side';
    await desk.anOrder({ name: 'O' });
    expect((await imported(text)).rows[0]?.refusal?.column).toBe('placements');
  });
});

describe('lists sorted, searched and exported whole', () => {
  test('pages in any order hold every row once, and the file holds them all', async () => {
    const order = await desk.anOrder();
    const names = Array.from({ length: 23 }, (_, i) => `${['Été', 'eté', 'Zoé', 'abc', 'Œuvre'][i % 5]} ${i % 7}`);
    for (const [i, name] of names.entries())
      await desk.aLine({ name, goal: { unit: 'impressions', quantity: 1 + (i % 4) } }, order.id);
    for (const order_by of ['name', '-name', 'goal', '-goal', 'start', '-created', 'state', 'rate']) {
      const seen: LineItem[] = [];
      let cursor = '';
      do {
        const reply = await desk.call(
          'GET',
          `/api/line-items?order_id=${order.id}&limit=5&order_by=${order_by}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        );
        expect(reply.status, reply.text).toBe(200);
        seen.push(...Object(reply.body).items);
        cursor = Object(reply.body).next ?? '';
      } while (cursor);
      expect(new Set(seen.map(({ id }) => id)).size, order_by).toBe(23);
      expect(seen).toHaveLength(23);
      if (order_by.endsWith('goal')) {
        const goals = seen.map(({ goal }) => goal.quantity);
        const sorted = goals.toSorted((a, b) => a - b);
        expect(goals).toEqual(order_by === 'goal' ? sorted : sorted.toReversed());
      }
      const file = (await desk.call('GET', `/api/line-items.csv?order_id=${order.id}&order_by=${order_by}`)).text;
      expect(
        file
          .trim()
          .split('\r\n')
          .slice(1)
          .map((row) => row.split(',')[0]),
      ).toEqual(seen.map(({ id }) => id));
    }
    // Accents and case do not count.
    const found = Object((await desk.call('GET', `/api/line-items?order_id=${order.id}&q=ETE&limit=100`)).body).items;
    expect(found).toHaveLength(names.filter((name) => /^(Été|eté)/.test(name)).length);
  });

  test('an unknown order and a cursor of another order are refused', async () => {
    expect((await desk.call('GET', '/api/line-items?order_by=secret')).status).toBe(400);
    await desk.aLine();
    await desk.aLine();
    const { next } = Object((await desk.call('GET', '/api/line-items?order_by=name&limit=1')).body);
    expect(refusal(await desk.call('GET', `/api/line-items?order_by=-name&cursor=${next}`))).toContain(
      '400 bad-input cursor',
    );
    expect(refusal(await desk.call('GET', '/api/line-items?order_by=name&cursor=zzz'))).toContain(
      '400 bad-input cursor',
    );
  });

  test('a client’s file holds its own lines only', async () => {
    const ours = await desk.aLine();
    const theirs = await desk.aLine({}, (await desk.anOrder({ advertiser_id: 'adv_globex' })).id);
    const client = callerOf('client', 'org_test', 'adv_acme');
    const { text } = await desk.call('GET', '/api/line-items.csv', undefined, client);
    expect(text).toContain(ours.id);
    expect(text).not.toContain(theirs.id);
  });
});
