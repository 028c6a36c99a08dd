/**
 * GA4's BigQuery export as JSON lines (`bq extract --destination_format NEWLINE_DELIMITED_JSON`), one event a line, or as the CSV of a
 * query that flattened it: a column for each field (`geo.country`, `geo_country`) and parameter (`page_location`).
 */
import { badPlace, checkCells, dayWritten } from '#platform';
import { rowsBehind } from './figure-table.ts';
import type { Head, PastHit, Reader, Recognised, Told } from './history-item.ts';
import { isObject, type JsonObject, jsonObjects, textIn } from './json-rows.ts';
import { blankWhenUnknown, browserNamed, countryNamed, deviceNamed, systemNamed } from './names.ts';

export const ga4Events: Reader = (head) => {
  const { file, text, options } = head;
  if (head.rows.length > 0) return fromTable(head);
  if (!/^\uFEFF?\s*[[{]/.test(text) || !/"event_timestamp"/.test(text) || !/"event_name"/.test(text)) return undefined;
  return [
    {
      product: 'ga4',
      file,
      kind: 'hits',
      async *read() {
        for await (const { line, value } of jsonObjects(file, text)) {
          const hit = hitOf(file.name, line, value, options.currency);
          if (hit) yield hit;
        }
      },
    },
  ];
};

/** Where a flattened column stood in the export. */
const places: Readonly<Record<string, string>> = {
  geo_country: 'geo.country',
  country: 'geo.country',
  geo_region: 'geo.region',
  region: 'geo.region',
  geo_city: 'geo.city',
  city: 'geo.city',
  device_category: 'device.category',
  device_language: 'device.language',
  device_operating_system: 'device.operating_system',
  device_operating_system_version: 'device.operating_system_version',
  operating_system: 'device.operating_system',
  device_browser: 'device.browser',
  device_web_info_browser: 'device.browser',
  browser: 'device.browser',
  device_web_info_browser_version: 'device.browser_version',
  ecommerce_purchase_revenue: 'ecommerce.purchase_revenue',
  purchase_revenue: 'ecommerce.purchase_revenue',
};
const ofEvent = new Set([
  'event_timestamp',
  'event_name',
  'event_date',
  'user_id',
  'user_pseudo_id',
  'event_bundle_sequence_id',
]);

function fromTable({ file, rows, options }: Head): Recognised[] | undefined {
  const header = rows[0];
  const names = header?.cells.map((cell) => cell.trim().toLowerCase().replaceAll('.', '_')) ?? [];
  if (!header || !['event_timestamp', 'event_name', 'page_location'].every((name) => names.includes(name)))
    return undefined;
  return [
    {
      product: 'ga4',
      file,
      kind: 'hits',
      async *read() {
        for await (const { line, cells } of rowsBehind(file, header.line)) {
          checkCells(file.name, { line, cells }, names.length);
          const hit = hitOf(file.name, line, eventOf(names, cells), options.currency);
          if (hit) yield hit;
        }
      },
    },
  ];
}

/** The event that a flattened row was. */
function eventOf(names: readonly string[], cells: readonly string[]): JsonObject {
  const event: Record<string, unknown> = {};
  const objects: Record<string, Record<string, string>> = { geo: {}, device: {}, ecommerce: {} };
  const params: unknown[] = [];
  names.forEach((name, i) => {
    const value = cells[i]?.trim() ?? '';
    const [object = '', field = ''] = (places[name] ?? '').split('.');
    if (objects[object]) objects[object][field] = value;
    else if (name === 'event_timestamp') event[name] = /^\d+$/.test(value) ? value : microsOf(value);
    else if (ofEvent.has(name)) event[name] = value;
    else if (value !== '')
      params.push({ key: name.replace(/^(?:event_)?params?_/, ''), value: { string_value: value } });
  });
  return { ...event, ...objects, event_params: params };
}

/** `2024-01-01 10:00:00.123456 UTC`, as BigQuery shows a timestamp, in microseconds. */
const microsOf = (text: string): string => {
  const at = Date.parse(`${text.replace(/ UTC$/, '').replace(' ', 'T')}Z`);
  return Number.isFinite(at) && dayWritten(text.slice(0, 10)) ? String(at * 1000) : '';
};

/** Sent by the tag itself; no act of the visitor. */
const noAct = new Set(['session_start', 'first_visit', 'first_open']);

function hitOf(file: string, line: number, event: JsonObject, currency: string): Told<PastHit> | undefined {
  const micros = Number(textIn(event['event_timestamp']));
  if (!Number.isFinite(micros) || micros <= 0)
    throw badPlace(file, line, 'is not a time in microseconds', 'event_timestamp');
  const name = textIn(event['event_name']);
  if (name === '') throw badPlace(file, line, 'is empty', 'event_name');
  if (noAct.has(name)) return undefined;
  const params = paramsOf(event['event_params']);
  const get = (param: string) => params.get(param) ?? '';
  const inside = (object: unknown, field: string) => (isObject(object) ? textIn(object[field]) : '');
  const device = event['device'];
  const web = isObject(device) ? device['web_info'] : undefined;
  const geo = event['geo'];
  const user = textIn(event['user_id']) || textIn(event['user_pseudo_id']);
  const url = get('page_location');
  if (!/^https?:/.test(url)) return undefined;
  const known = new Set([
    'page_location',
    'page_referrer',
    'ga_session_id',
    'ga_session_number',
    'engagement_time_msec',
    'session_engaged',
    'entrances',
    'percent_scrolled',
    'batch_page_id',
    'batch_ordering_id',
    'engaged_session_event',
    'debug_mode',
  ]);
  const engaged = Number(get('engagement_time_msec')) || 0;
  const isView = name === 'page_view';
  const isEngagement = name === 'user_engagement' || name === 'scroll';
  const sent = isView || isEngagement ? undefined : automaticEvent(name, get);
  return {
    line,
    row: {
      id: `${textIn(event['event_timestamp'])}-${user}-${name}-${get('batch_ordering_id') || textIn(event['event_bundle_sequence_id'])}`,
      at: Math.floor(micros / 1000),
      visitor: user || `${get('ga_session_id')}`,
      name: isView ? 'pageview' : isEngagement ? 'engagement' : (sent?.name ?? name),
      url,
      referrer: isView ? get('page_referrer') : '',
      country: countryNamed(inside(geo, 'country')),
      region: blankWhenUnknown(inside(geo, 'region')),
      city: blankWhenUnknown(inside(geo, 'city')),
      language: inside(device, 'language').slice(0, 35),
      device: deviceNamed(inside(device, 'category')),
      browser: browserNamed(inside(web, 'browser') || inside(device, 'browser')),
      browser_version: (inside(web, 'browser_version') || inside(device, 'browser_version')).split('.')[0] ?? '',
      os: systemNamed(inside(device, 'operating_system')),
      os_version: inside(device, 'operating_system_version').split(/[ .]/).at(-1) ?? '',
      width: 0,
      engaged_ms: isView ? 0 : Math.min(engaged, 4 * 3_600_000),
      scroll: Math.min(100, Number(get('percent_scrolled')) || 0),
      props:
        isView || isEngagement
          ? {}
          : (sent?.props ?? Object.fromEntries([...params].filter(([key]) => !known.has(key)).slice(0, 30))),
      revenue: revenueOf(name, event, params),
      currency: get('currency') || currency,
    },
  };
}

/**
 * GA4 counts as revenue what was bought less what was refunded ("Purchase revenue … minus refunds"); every other `value` is only the
 * worth of an event: a cart, a checkout, a lead.
 */
function revenueOf(name: string, event: JsonObject, params: ReadonlyMap<string, string>): number {
  const ecommerce = event['ecommerce'];
  const told = (field: string) => Number((isObject(ecommerce) && textIn(ecommerce[field])) || params.get('value')) || 0;
  switch (name) {
    case 'purchase':
    case 'ecommerce_purchase':
      return told('purchase_revenue');
    case 'in_app_purchase':
      // The app's SDK tells whole millionths of the currency.
      return intParam(event, 'value') === undefined ? told('purchase_revenue') : Number(params.get('value')) / 1e6;
    case 'refund':
    case 'purchase_refund':
      return -Math.abs(told('refund_value'));
    default:
      return 0;
  }
}

/** A parameter that was told as a whole number. */
function intParam(event: JsonObject, name: string): string | undefined {
  const list = event['event_params'];
  const one: unknown = Array.isArray(list)
    ? list.find((param: unknown) => isObject(param) && textIn(param['key']) === name)
    : undefined;
  const value = isObject(one) ? one['value'] : undefined;
  const text = isObject(value) ? textIn(value['int_value']) : '';
  return text === '' ? undefined : text;
}

/** What GA4's enhanced measurement sends by itself, under the names that Vigie's own tag gives the same things. */
function automaticEvent(
  name: string,
  get: (param: string) => string,
): { name: string; props: Record<string, string> } | undefined {
  const filled = (props: Record<string, string>) =>
    Object.fromEntries(Object.entries(props).filter(([, value]) => value !== ''));
  switch (name) {
    // Elsewhere `click` may be an event of the site's own; GA4's own one always tells where the link leads.
    case 'click':
      return get('link_url') === '' ? undefined : { name: 'Outbound Link: Click', props: { url: get('link_url') } };
    case 'file_download':
      return { name: 'File Download', props: filled({ url: get('link_url') || get('file_name') }) };
    case 'form_submit':
      return {
        name: 'Form: Submission',
        props: filled({
          path: URL.parse(get('page_location'))?.pathname ?? '',
          form: get('form_id') || get('form_name'),
        }),
      };
    case 'view_search_results':
      return { name: 'site search', props: filled({ term: get('search_term') }) };
    default:
      return undefined;
  }
}

/** `[{key, value: {string_value | int_value | float_value | double_value}}]`. */
function paramsOf(list: unknown): Map<string, string> {
  const params = new Map<string, string>();
  if (!Array.isArray(list)) return params;
  for (const one of list) {
    if (!isObject(one) || !isObject(one['value'])) continue;
    const value = one['value'];
    const told = ['string_value', 'int_value', 'float_value', 'double_value']
      .map((kind) => textIn(value[kind]))
      .find((text) => text !== '');
    if (told !== undefined) params.set(textIn(one['key']), told.slice(0, 2000));
  }
  return params;
}
