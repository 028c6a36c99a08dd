/** What a door leaves out is not there for the decision: the next line answers, in the size that was asked for. */
import { expect, test } from 'vitest';
import { type Deciding, decisionsAnswerer } from './answer-decisions.ts';
import type { BookLine } from './contract.ts';
import { DecisionReply } from './contract.ts';
import { newCounters } from './counters.ts';
import { loadBook } from './load-book.ts';
import { narrowBook } from './narrow-book.ts';
import { openRequestCounts } from './request-counts.ts';
import { sampleBook, sampleCreative, sampleLine, samplePlacement } from './sample-book.ts';

const has = (...ids: string[]): Pick<BookLine, 'creatives'> => ({
  creatives: ids.map((id) => ({ id, weight: 100, start: null, end: null })),
});

function decideImagesOnly(lines: BookLine[]) {
  const book = sampleBook({
    placements: [samplePlacement({ id: 'pl_top', code: 'top', formats: ['300x250'] })],
    lines,
    creatives: [
      sampleCreative({ id: 'tag', kind: 'tag', content: { html: '<b>Ad</b>' } as never }),
      sampleCreative({ id: 'image' }),
      sampleCreative({ id: 'wide', width: 728, height: 90 }),
    ],
  });
  const counters = newCounters();
  const loaded = loadBook(book, counters);
  const narrowed = narrowBook(loaded, book.sites[0]?.domain ?? '', ['top'], (_, { kind }) => kind === 'image');
  const how: Deciding = {
    book: () => narrowed,
    counters,
    requests: openRequestCounts(),
    knowledge: {
      countryOf: () => 'FR',
      agentOf: () => ({ device: { type: 'desktop', browser: 'Firefox', os: 'Linux' }, bot: null }),
    },
    base: () => '',
    simulatedTime: false,
    random: Math.random,
  };
  const reply = decisionsAnswerer(how)(
    { site: book.sites[0]?.domain ?? '', placements: [{ code: 'top' }] },
    { ip: '', userAgent: '', acceptLanguage: '', globalPrivacyControl: false, key: undefined },
    Date.parse('2026-03-02T10:00:00Z'),
  );
  return DecisionReply.parse(JSON.parse(reply)).decisions[0];
}

test('a line that is left without a creative gives way to the next', () => {
  const decision = decideImagesOnly([
    sampleLine({ id: 'first', priority: 6, ...has('tag') }),
    sampleLine({ id: 'second', priority: 8, ...has('image') }),
  ]);
  expect(decision).toMatchObject({ line_item: 'second', creative: { id: 'image' } });
});

test('a creative that is left, but in another size, is not shown', () => {
  const lines = [sampleLine({ id: 'both', ...has('tag', 'wide') })];
  expect(decideImagesOnly(lines)?.line_item ?? null).toBeNull();
});
