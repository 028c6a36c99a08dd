/**
 * Umami's exports: the events themselves (CSV or JSON of its `website_event` table, one row per page view or event) and the ZIP of seven
 * small tables (`pages.csv` with x and y …), which has no days and needs `from` and `to`.
 */
import { badPlace, checkCells, readTable } from '#platform';
import { rowsBehind } from './figure-table.ts';
import type { Family, Head, PastHit, Reader, Recognised, Told } from './history-item.ts';
import { jsonObjects, textIn } from './json-rows.ts';
import { blankWhenUnknown, browserNamed, countryNamed, deviceNamed, systemNamed } from './names.ts';
import { type Field, figuresOf, measuresOf } from './report-table.ts';

/** Columns of the event tables of Umami 1 to 3, in its own writing; camelCase is read alike. */
const columns = new Set(
  (
    'website_id session_id visit_id event_id hostname browser os device screen language country region subdivision1 subdivision2 city url_path url_query ' +
    'utm_source utm_medium utm_campaign utm_content utm_term referrer_path referrer_query referrer_domain page_title gclid fbclid msclkid ttclid li_fat_id twclid ' +
    'event_type event_name tag distinct_id created_at job_id url referrer type id lcp inp cls fcp ttfb revenue currency'
  ).split(' '),
);
const snake = (name: string) => name.trim().replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const needed = ['session_id', 'created_at'];

export const umamiEvents: Reader = (head) => {
  const { file, text, rows } = head;
  if (/^\uFEFF?\s*[[{]/.test(text)) return fromJson(head);
  const header = rows[0];
  const names = header?.cells.map(snake) ?? [];
  if (
    !header ||
    !needed.every((name) => names.includes(name)) ||
    !(names.includes('url_path') || names.includes('url'))
  )
    return undefined;
  checkColumns(file.name, header.line, names, header.cells);
  return [
    {
      product: 'umami',
      file,
      kind: 'hits',
      async *read() {
        for await (const { line, cells } of rowsBehind(file, header.line)) {
          checkCells(file.name, { line, cells }, names.length);
          const row: Record<string, string> = {};
          names.forEach((name, i) => (row[name] = cells[i] === '\\N' ? '' : (cells[i]?.trim() ?? '')));
          const hit = hitOf(file.name, line, row);
          if (hit) yield hit;
        }
      },
    },
  ];
};

function checkColumns(file: string, line: number, names: readonly string[], shown: readonly string[]): void {
  const at = names.findIndex((name) => !columns.has(name));
  if (at >= 0) throw badPlace(file, line, 'this column is not known in Umami’s events', shown[at]);
}

function fromJson({ file, text }: Head): Recognised[] | undefined {
  if (
    !/"(?:session_id|sessionId)"/.test(text) ||
    !/"(?:url_path|urlPath|url)"/.test(text) ||
    !/"(?:created_at|createdAt)"/.test(text)
  )
    return undefined;
  return [
    {
      product: 'umami',
      file,
      kind: 'hits',
      async *read() {
        for await (const { line, value } of jsonObjects(file, text)) {
          const row = Object.fromEntries(Object.entries(value).map(([name, given]) => [snake(name), textIn(given)]));
          checkColumns(file.name, line, Object.keys(row), Object.keys(value));
          const hit = hitOf(file.name, line, row);
          if (hit) yield hit;
        }
      },
    },
  ];
}

function hitOf(file: string, line: number, row: Record<string, string>): Told<PastHit> | undefined {
  const get = (name: string) => row[name] ?? '';
  const written = get('created_at');
  const at = /^\d{12,13}$/.test(written) ? Number(written) : timeWritten(written);
  if (!Number.isFinite(at))
    throw badPlace(file, line, `${JSON.stringify(written.slice(0, 40))} is not a time`, 'created_at');
  if (get('session_id') === '') throw badPlace(file, line, 'is empty', 'session_id');
  // 1 page view, 2 custom event; others (performance, link clicks of its own) are no audience.
  const type = get('event_type') || get('type') || '1';
  const isEvent = type === '2' || type === 'event' || (get('event_name') !== '' && type !== '1');
  if (!isEvent && type !== '1' && type !== 'pageview') return undefined;
  const host = get('hostname') || 'unknown.invalid';
  const query = get('url_query');
  const path = get('url_path') || get('url') || '/';
  const domain = get('referrer_domain');
  return {
    line,
    row: {
      id: get('event_id') || get('id') || `${get('session_id')} ${written} ${path} ${get('event_name')}`,
      at,
      visitor: get('distinct_id') || get('session_id'),
      name: isEvent ? get('event_name') || 'event' : 'pageview',
      url: /^https?:/.test(path)
        ? path
        : `https://${host}${path.startsWith('/') ? path : `/${path}`}${query === '' ? '' : `?${query.replace(/^\?/, '')}`}`,
      referrer:
        domain === ''
          ? get('referrer')
          : `https://${domain}${get('referrer_path') || '/'}${get('referrer_query') === '' ? '' : `?${get('referrer_query').replace(/^\?/, '')}`}`,
      country: countryNamed(get('country')),
      region: get('subdivision1') || get('region'),
      city: get('city'),
      language: get('language').slice(0, 35),
      device: deviceNamed(get('device')),
      browser: browserNamed(get('browser')),
      browser_version: '',
      os: systemNamed(get('os')),
      os_version: '',
      width: Math.min(65_535, Number(/^(\d+)x/.exec(get('screen'))?.[1] ?? 0)),
      engaged_ms: 0,
      scroll: 0,
      props: get('page_title') === '' ? {} : { title: get('page_title') },
      revenue: Number(get('revenue')) || 0,
      currency: get('currency'),
    },
  };
}

/** `2024-01-01 10:00:00.123+00` as PostgreSQL dumps it, `2024-01-01 10:00:00` as MySQL and ClickHouse do (UTC), or ISO 8601. */
function timeWritten(text: string): number {
  const [, day = '', time = '', zone = ''] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/.exec(text) ?? [];
  const offset = /^[+-]\d\d$/.test(zone)
    ? `${zone}:00`
    : /^[+-]\d{4}$/.test(zone)
      ? `${zone.slice(0, 3)}:${zone.slice(3)}`
      : 'Z';
  return day === '' ? NaN : Date.parse(`${day}T${time}${/^[+-]\d\d:\d\d$/.test(zone) ? zone : offset}`);
}

/** The seven tables: what `x` is stands in the file's name alone, and `y` counts page views, visitors or events. */
const small: Readonly<Record<string, { family: Family; x: Field; y: Field }>> = {
  pages: { family: 'pages', x: 'page', y: 'pageviews' },
  referrers: { family: 'sources', x: 'referrer', y: 'pageviews' },
  browsers: { family: 'browsers', x: 'browser', y: 'visitors' },
  os: { family: 'systems', x: 'os', y: 'visitors' },
  devices: { family: 'devices', x: 'device', y: 'visitors' },
  countries: { family: 'locations', x: 'country', y: 'visitors' },
  events: { family: 'events', x: 'event', y: 'events_count' },
};

export const umamiTables: Reader = async ({ file, rows, options }) => {
  const table = small[file.name.toLowerCase().replace(/\.csv$/, '')];
  const header = rows[0];
  const shown = header?.cells.map((cell) => cell.trim()) ?? [];
  if (!table || !header || shown.join() !== 'x,y') {
    // An empty table of the export has no header.
    return table && rows.every(({ cells }) => cells.every((cell) => cell.trim() === ''))
      ? [{ product: 'umami', file, kind: 'left-out', why: 'is empty' }]
      : undefined;
  }
  const names: Field[] = [table.x, table.y];
  const read = figuresOf({
    file,
    header: { line: header.line, names, shown },
    family: table.family,
    options,
    from: options.from,
    to: options.to,
    decimal: '.',
  });
  return [
    {
      product: 'umami',
      file,
      kind: 'figures',
      family: table.family,
      measures: measuresOf(names, table.family),
      async *read() {
        for await (const row of readTable(file)) {
          if (row.line > header.line && row.cells.some((cell) => blankWhenUnknown(cell) !== '')) yield read(row);
        }
      },
    },
  ];
};
