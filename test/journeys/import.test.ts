/** A real web-server log, through the command line: nothing lost without a reason, twice is once. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, startVigie, type Vigie } from './vigie.ts';

const log = fileURLToPath(new URL('../../../shared/data/logs/apache_logs.log', import.meta.url));

describe.skipIf(!existsSync(log))('the log of a real blog (skipped when ../shared is absent)', () => {
  let vigie: Vigie;
  beforeAll(async () => {
    vigie = await startVigie();
  }, 60_000);
  afterAll(() => vigie?.stop(), 60_000);

  type Summary = {
    lines: number;
    pageviews: number;
    by_status: Record<string, number>;
    by_day: Record<string, number>;
    bytes: number;
    ignored: Record<string, number>;
  };
  type Answer = { results: { dimensions: string[]; metrics: number[] }[] };
  const period = ['2015-05-17', '2015-05-20'];

  test('is read whole, and a second import adds nothing', async () => {
    const run = async () =>
      JSON.parse(await vigie.vigie('import', log, '--site', 'semicomplete.com', '--json')) as Summary;
    const first = await run();
    expect(first).toMatchObject({
      lines: 10_000,
      by_status: { 200: 9126, 206: 45, 301: 164, 304: 445, 403: 2, 404: 213, 416: 2, 500: 3 },
      by_day: { '2015-05-17': 1632, '2015-05-18': 2893, '2015-05-19': 2896, '2015-05-20': 2579 },
      bytes: 2_747_282_740,
    });
    expect(first.pageviews + Object.values(first.ignored).reduce((sum, n) => sum + n, 0)).toBe(10_000);

    const count = () =>
      vigie.api<Answer>('POST', '/api/query', {
        site_id: 'semicomplete.com',
        metrics: ['pageviews'],
        date_range: period,
      });
    expect((await count()).results[0]?.metrics).toEqual([first.pageviews]);
    expect(await run()).toEqual(first);
    expect((await count()).results[0]?.metrics).toEqual([first.pageviews]);
  }, 60_000);

  test('shows its sources, its search words and its crawlers', async () => {
    const by = (dimension: string, metric: string) =>
      vigie.api<Answer>('POST', '/api/query', {
        site_id: 'semicomplete.com',
        metrics: [metric],
        date_range: period,
        dimensions: [dimension],
        pagination: { limit: 100 },
      });
    const sources = await eventually(
      () => by('visit:source', 'visits'),
      (answer) => answer.results.length > 3,
    );
    expect(sources.results.map((row) => row.dimensions[0])).toContain('Google');
    expect((await by('visit:search_term', 'visits')).results.length).toBeGreaterThan(5);
    expect((await by('bot:name', 'ignored_hits')).results.length).toBeGreaterThan(3);
  }, 60_000);
});
