/** Matomo's visits log (`Live.getLastVisitsDetails`): JSON with its actions, or the CSV that lays them out as `actionDetails_0_url` …; each action is a hit. */
import { badPlace, checkCells } from '#platform';
import { rowsBehind } from './figure-table.ts';
import type { PastHit, Reader, Told } from './history-item.ts';
import { isObject, type JsonObject, jsonObjects, textIn } from './json-rows.ts';
import { browserNamed, countryNamed, deviceNamed, systemNamed } from './names.ts';

export const matomoVisits: Reader = ({ file, text, rows, options }) => {
  if (/^\uFEFF?\s*[[{]/.test(text)) {
    if (!/"idVisit"/.test(text) || !/"actionDetails"/.test(text)) return undefined;
    return [
      {
        product: 'matomo',
        file,
        kind: 'hits',
        async *read() {
          for await (const { line, value } of jsonObjects(file, text))
            yield* hitsOf(file.name, line, value, options.currency);
        },
      },
    ];
  }
  const header = rows[0];
  const names = header?.cells.map((cell) => cell.trim()) ?? [];
  if (!header || !names.includes('idVisit')) return undefined;
  if (!names.some((name) => /^actionDetails_\d+_/.test(name)))
    throw badPlace(file.name, header.line, 'the visits have no actions (actionDetails); export the visits log as JSON');
  return [
    {
      product: 'matomo',
      file,
      kind: 'hits',
      async *read() {
        for await (const { line, cells } of rowsBehind(file, header.line)) {
          checkCells(file.name, { line, cells }, names.length);
          yield* hitsOf(file.name, line, nested(names, cells), options.currency);
        }
      },
    },
  ];
};

/** Columns `actionDetails_3_url` back into a list of actions. */
function nested(names: readonly string[], cells: readonly string[]): JsonObject {
  const visit: JsonObject = {};
  const actions: JsonObject[] = [];
  names.forEach((name, i) => {
    const found = /^actionDetails_(\d+)_(.+)$/.exec(name);
    if (!found) visit[name] = cells[i];
    else if ((cells[i] ?? '') !== '') (actions[Number(found[1])] ??= {})[found[2] ?? ''] = cells[i];
  });
  visit['actionDetails'] = actions.filter(Boolean);
  return visit;
}

/** Actions whose `revenue` was earned: that of an abandoned cart is what was left in it. */
const earning: ReadonlySet<string> = new Set(['ecommerceOrder', 'goal']);

/** What an action of Matomo is here; undefined for what is no hit. */
function actionOf(action: JsonObject): { name: string; props: Record<string, string> } | undefined {
  const get = (name: string) => textIn(action[name]);
  const filled = (props: Record<string, string>) =>
    Object.fromEntries(Object.entries(props).filter(([, value]) => value !== ''));
  switch (get('type')) {
    case 'action':
      return { name: 'pageview', props: filled({ title: get('pageTitle') || get('title') }) };
    case 'event':
      return {
        name: get('eventAction') || 'event',
        props: filled({ category: get('eventCategory'), label: get('eventName'), value: get('eventValue') }),
      };
    case 'goal':
      return { name: `goal ${get('goalId') || get('goalName')}`, props: filled({ goal: get('goalName') }) };
    case 'download':
      return { name: 'File Download', props: filled({ url: get('url') }) };
    case 'outlink':
      return { name: 'Outbound Link: Click', props: filled({ url: get('url') }) };
    case 'search':
      return {
        name: 'site search',
        props: filled({
          term: get('siteSearchKeyword'),
          category: get('siteSearchCategory'),
          results: get('siteSearchCount'),
        }),
      };
    case 'ecommerceOrder':
      return { name: 'order', props: filled({ order_id: get('orderId'), items: get('items') }) };
    case 'ecommerceAbandonedCart':
      return { name: 'cart', props: filled({ items: get('items'), value: get('revenue') }) };
    case 'content':
    case 'form':
    case 'media':
      return undefined;
    default:
      return { name: get('type') || 'pageview', props: {} };
  }
}

function* hitsOf(file: string, line: number, visit: JsonObject, currency: string): Generator<Told<PastHit>> {
  const get = (name: string) => textIn(visit[name]);
  const idVisit = get('idVisit');
  if (idVisit === '') throw badPlace(file, line, 'is missing', 'idVisit');
  const actions = Array.isArray(visit['actionDetails']) ? visit['actionDetails'].filter(isObject) : [];
  let page = get('entryPageUrl') || pageOf(actions);
  for (const [index, action] of actions.entries()) {
    const known = actionOf(action);
    if (!known) continue;
    const seconds = Number(textIn(action['timestamp']) || get('serverTimestamp'));
    if (!Number.isFinite(seconds) || seconds <= 0)
      throw badPlace(file, line, 'is not a time', `actionDetails_${index}_timestamp`);
    const url = textIn(action['url']);
    if (known.name === 'pageview') page = /^https?:/.test(url) ? url : page;
    const revenue = earning.has(textIn(action['type'])) ? Number(textIn(action['revenue']).replace(',', '.')) : 0;
    yield {
      line,
      row: {
        id: `${idVisit}-${textIn(action['idpageview']) || index}-${index}`,
        at: seconds * 1000,
        visitor: get('userId') || get('visitorId') || get('fingerprint') || idVisit,
        ...known,
        url: known.name === 'pageview' && /^https?:/.test(url) ? url : page,
        referrer: index === 0 ? referrerOf(get) : '',
        country: countryNamed(get('countryCode')),
        region: get('regionCode') === '' ? '' : `${get('countryCode').toUpperCase()}-${get('regionCode')}`,
        city: get('city').replace(/^(?:unknown|inconnue?)$/i, ''),
        language: get('languageCode').slice(0, 35),
        device: deviceNamed(get('deviceType')),
        browser: browserNamed(get('browserName')),
        browser_version: get('browserVersion').split('.')[0] ?? '',
        os: systemNamed(get('operatingSystemName')),
        os_version: get('operatingSystemVersion').split('.')[0] ?? '',
        width: Math.min(65_535, Number(/^(\d+)x/.exec(get('resolution'))?.[1] ?? 0)),
        engaged_ms: 0,
        scroll: 0,
        revenue: Number.isFinite(revenue) ? revenue : 0,
        currency: get('siteCurrency') || currency,
      },
    };
  }
}

const pageOf = (actions: readonly JsonObject[]) =>
  textIn(actions.find((action) => /^https?:/.test(textIn(action['url'])))?.['url']);

/** Matomo keeps the referrer's address where it has one, and names the engine and the word where it was a search. */
function referrerOf(get: (name: string) => string): string {
  const url = get('referrerUrl');
  if (/^https?:/.test(url)) return url;
  return get('referrerType') === 'website' && get('referrerName') !== '' ? `https://${get('referrerName')}/` : '';
}
