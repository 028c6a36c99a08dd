import { expect, test } from 'vitest';
import {
  analyticsMessages,
  attributionMessages,
  explorerMessages,
  goalMessages,
  segmentMessages,
  waysMessages,
} from '#analytics/web';
import {
  bulkMessages,
  campaignMessages,
  changeMessages,
  occupancyMessages,
  paperMessages,
  planMessages,
  proposalMessages,
  pushMessages,
  rfpMessages,
} from '#campaigns/web';
import { creativeMessages, creativeRequestMessages, creativeReviewMessages } from '#creatives/web';
import { deliveryMessages, simulationMessages, trafficMessages } from '#delivery/web';
import { forecastingMessages } from '#forecasting/web';
import { inventoryMessages, priceMessages } from '#inventory/web';
import { commentMessages, contactMessages, messages as peopleMessages } from '#people/web';
import { rights } from '#people/contract';
import { edgeOf, platformMessages } from '#platform/web';
import { reportingMessages } from '#reporting/web';
import { actions } from './actions.ts';
import { findActions } from './find-actions.ts';
import { messages } from './messages.ts';
import { screens } from './screens.tsx';
import { messages as todayMessages } from './today/messages.ts';

const domains = {
  analyticsMessages,
  attributionMessages,
  bulkMessages,
  explorerMessages,
  segmentMessages,
  waysMessages,
  campaignMessages,
  changeMessages,
  creativeMessages,
  creativeRequestMessages,
  creativeReviewMessages,
  deliveryMessages,
  forecastingMessages,
  goalMessages,
  inventoryMessages,
  contactMessages,
  commentMessages,
  peopleMessages,
  occupancyMessages,
  paperMessages,
  planMessages,
  platformMessages,
  priceMessages,
  proposalMessages,
  pushMessages,
  rfpMessages,
  reportingMessages,
  simulationMessages,
  trafficMessages,
  messages,
  todayMessages,
};

test.each(Object.entries(domains))('%s says the same things in French and in English', (_, { fr, en }) => {
  expect(Object.keys(fr).toSorted()).toEqual(Object.keys(en).toSorted());
  for (const [key, phrase] of Object.entries(fr)) {
    if (typeof phrase === 'string') expect(phrase.trim(), key).not.toBe('');
    expect(typeof phrase, key).toBe(typeof Object.entries(en).find(([name]) => name === key)?.[1]);
  }
});

test('every action leads to a view, takes a right that exists, and has keys of its own', () => {
  const paths = new Set(screens.map(({ path }) => path));
  expect(actions.filter(({ to }) => !paths.has(to)).map(({ name }) => name)).toEqual([]);
  expect(actions.filter(({ can }) => can && !(can in rights)).map(({ name }) => name)).toEqual([]);
  for (const names of [actions.map(({ name }) => name), actions.flatMap(({ keys }) => keys ?? [])])
    expect(new Set(names).size).toBe(names.length);
});

test('no two views share an address', () => {
  expect(new Set(screens.map(({ path }) => path)).size).toBe(screens.length);
});

test('the palette finds by either language, without accents, and puts the nearest name first', () => {
  expect(findActions(actions, 'creations', 'fr')[0]?.label.fr).toBe('Créations');
  expect(findActions(actions, 'line items', 'fr').map(({ name }) => name)).toContain('lines');
  expect(findActions(actions, 'zzz', 'en')).toEqual([]);
  expect(findActions(actions, '', 'en')).toHaveLength(actions.length);
});

test('the edge’s address is read from the page’s policy', () => {
  expect(edgeOf("default-src 'self'; connect-src 'self' https://ads.example; style-src 'self'")).toBe(
    'https://ads.example',
  );
  expect(edgeOf("connect-src 'self'")).toBeUndefined();
  expect(edgeOf(null)).toBeUndefined();
});
