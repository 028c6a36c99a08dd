import { afterAll, beforeAll, describe } from 'vitest';
import { openEvents, type Events } from './events.ts';
import { eventStoreSuite } from './events.suite.ts';
import { migrateEvents } from './migrate.ts';
import { openTestEvents } from './testing.ts';

describe('chDB', () => {
  let store: Awaited<ReturnType<typeof openTestEvents>>;
  beforeAll(async () => {
    store = await openTestEvents();
  });
  afterAll(() => store.close());
  eventStoreSuite(() => store.events);
});

const server = process.env['VIGIE_TEST_CLICKHOUSE_URL'];
describe.skipIf(!server)('ClickHouse (VIGIE_TEST_CLICKHOUSE_URL)', () => {
  let events: Events;
  beforeAll(async () => {
    events = openEvents(server ?? '');
    await migrateEvents(events);
  });
  afterAll(() => events.close());
  eventStoreSuite(() => events);
});
