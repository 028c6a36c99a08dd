import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Deciding, decisionsAnswerer, type Visit } from './answer-decisions.ts';
import { type Book, type BookLine, type Decision, DecisionReply, type DecisionRequest, reasons } from './contract.ts';
import { newCounters } from './counters.ts';
import { loadBook } from './load-book.ts';
import { openRequestCounts } from './request-counts.ts';
import { sampleBook, sampleCreative, sampleLine, samplePlacement } from './sample-book.ts';

type Case = {
  name: string;
  lines: (Partial<BookLine> & { id: string })[];
  delivered?: Book['delivered'];
  plan?: Book['plan'];
  floor?: { amount: number; currency: string };
  /** Every ad is seen at once. */
  seen?: boolean;
  asks: (Partial<DecisionRequest> & {
    at?: string;
    country?: string;
    device?: string;
    expect: Record<string, string | null>;
    /** Of the last placement asked for. */
    reasons?: Record<string, string>;
    empty?: Record<string, string>;
    /** Which creative each placement shows. */
    creatives?: Record<string, string>;
  })[];
};

const folder = new URL('cases/', import.meta.url);
const cases = readdirSync(folder).flatMap((file) => {
  const ofFile: Case[] = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  return ofFile.map((one) => ({ ...one, topic: file.replace('.json', '') }));
});
const visit: Visit = { ip: '', userAgent: '', acceptLanguage: '', globalPrivacyControl: false, key: undefined };

function answererOf(book: Book) {
  const counters = newCounters();
  const loaded = loadBook(book, counters);
  const reader = { country: 'FR', device: 'desktop' };
  const how: Deciding = {
    book: () => loaded,
    counters,
    requests: openRequestCounts(),
    knowledge: {
      countryOf: () => reader.country,
      agentOf: () => ({ device: { type: reader.device, browser: 'Firefox', os: 'Linux' }, bot: null }),
    },
    base: () => 'https://edge.example',
    simulatedTime: false,
    random: Math.random,
  };
  const answer = decisionsAnswerer(how);
  const ask = (request: DecisionRequest, at = '2026-03-02T10:00:00Z', from = visit) =>
    DecisionReply.parse(JSON.parse(answer(request, from, Date.parse(at)))).decisions;
  /** What the impression addresses do. */
  const see = (decisions: readonly Decision[], at = '2026-03-02T10:00:00Z') => {
    for (const { impression_url } of decisions) {
      const claim = impression_url ? loaded.signer.verify(impression_url.split('/').at(-1) ?? '') : undefined;
      if (claim)
        counters.count({
          kind: 'impression',
          id: claim.id,
          decidedAt: claim.decided * 1000,
          at: Date.parse(at),
          line: loaded.linesByName.get(claim.line)?.line.id ?? '',
          creative: loaded.creativesByName.get(claim.creative)?.id,
          visitor: claim.visitor?.toString() ?? '',
        });
    }
  };
  return { ask, reader, counters, see };
}

/** Lines of one priority with a quantity, of which the serving plan knows those with a price. */
const hours = Array<number>(168).fill(100);
const due = (id: string, amount: number, delivered: number, price?: number) => ({ id, amount, delivered, price });

describe('a line that the serving plan does not know yet, among lines that it knows', () => {
  test.each([
    [
      'the neediest of two unplanned ones, with a planned one between',
      [due('li_a', 900, 9_900), due('li_p', 500, 5_000, 0.001), due('li_b', 100, 0)],
      'li_b',
    ],
    [
      'a planned one after an unplanned one that needs less',
      [due('li_a', 900, 9_900), due('li_p', 500, 0, 0.9)],
      'li_p',
    ],
    [
      'an unplanned one after a planned one that needs less',
      [due('li_p', 900, 5_000, 0.001), due('li_a', 500, 0)],
      'li_a',
    ],
    [
      'a planned one after an unplanned one that needs more',
      [due('li_a', 900, 0), due('li_p', 500, 5_000, 0.001)],
      'li_a',
    ],
  ])('%s', (_, all, wanted) => {
    const { ask } = answererOf(
      sampleBook({
        lines: all.map(({ id, amount }) =>
          sampleLine({
            id,
            goal: { unit: 'impressions', quantity: 10_000 },
            rate: { model: 'cpm', amount, currency: 'EUR' },
            pacing: 'asap',
            traffic: hours,
          }),
        ),
        delivered: Object.fromEntries(
          all.map(({ id, delivered }) => [id, { impressions: delivered, viewables: 0, clicks: 0 }]),
        ),
        plan: Object.fromEntries(
          all.flatMap(({ id, price }) => (price === undefined ? [] : [[id, { price, tightness: 0 }]])),
        ),
      }),
    );
    const [decision] = ask({ site: 'journal.example', placements: [{ code: 'top' }] });
    expect(decision?.line_item).toBe(wanted);
  });
});

describe('who answers, and why the others do not', () => {
  test.each(cases)('$topic: $name', ({ lines, delivered = {}, plan, floor, seen = false, asks }) => {
    const book = sampleBook({
      lines: lines.map(sampleLine),
      delivered,
      plan,
      creatives: [
        sampleCreative({ id: 'cr_1' }),
        sampleCreative({ id: 'cr_2' }),
        sampleCreative({ id: 'cr_tall', width: 160, height: 600 }),
        sampleCreative({ id: 'cr_wide', width: 728, height: 90 }),
        sampleCreative({ id: 'cr_native', kind: 'native', content: { title: 'Title' } }),
        sampleCreative({ id: 'cr_text', kind: 'text', content: { title: 'Title' } }),
      ],
      placements: [
        samplePlacement({ id: 'pl_top', code: 'top', ...(floor ? { floor } : {}) }),
        samplePlacement({ id: 'pl_side', code: 'side' }),
        samplePlacement({ id: 'pl_foot', code: 'foot' }),
        samplePlacement({ id: 'pl_story', code: 'story', formats: ['native', 'text', 'interstitial'] }),
      ],
    });
    const { ask, reader, see } = answererOf(book);
    for (const {
      at,
      country = 'FR',
      device = 'desktop',
      expect: wanted,
      reasons: wantedReasons = {},
      empty = {},
      creatives = {},
      ...request
    } of asks) {
      Object.assign(reader, { country, device });
      const decisions = ask({ site: 'journal.example', placements: [{ code: 'top' }], explain: true, ...request }, at);
      expect(Object.fromEntries(decisions.map(({ placement, line_item }) => [placement, line_item]))).toEqual(wanted);
      for (const [placement, id] of Object.entries(creatives))
        expect(decisions.find((one) => one.placement === placement)?.creative?.id).toBe(id);
      if (seen) see(decisions, at);
      for (const { placement, reason } of decisions) if (empty[placement]) expect(reason).toBe(empty[placement]);
      const trace = Object.fromEntries(
        (decisions.at(-1)?.trace ?? []).map(({ line_item, reason }) => [line_item, reason]),
      );
      expect(trace).toMatchObject(wantedReasons);
    }
  });

  test('every reason is given by some case', () => {
    const given = new Set(cases.flatMap(({ asks }) => asks.flatMap((ask) => Object.values(ask.reasons ?? {}))));
    expect(Object.keys(reasons).filter((reason) => !given.has(reason))).toEqual(['share_met']);
  });
});

/** Asks many times, a tenth of a second apart; every ad is seen at once. */
const served = ({ ask, counters }: ReturnType<typeof answererOf>, times: number) => {
  const counts: Record<string, number> = {};
  for (let i = 0; i < times; i++) {
    const at = Date.parse('2026-03-02T10:00:00Z') + i * 100;
    const [decision] = ask({ site: 'journal.example', placements: [{ code: 'top' }] }, new Date(at).toISOString());
    if (decision?.line_item)
      counters.count({
        kind: 'impression',
        id: { high: 1, low: 1 },
        decidedAt: at,
        at,
        line: decision.line_item,
        visitor: '',
      });
    const name = `${decision?.line_item ?? 'nothing'} ${decision?.creative?.id ?? ''}`.trim();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

const share = (id: string, quantity: number): BookLine =>
  sampleLine({ id, type: 'sponsorship', priority: 4, goal: { unit: 'share', quantity } });
const house = sampleLine({ id: 'house', type: 'house', priority: 16 });

describe('shares and turns', () => {
  test('sponsorships get their share of the requests to the unit, the rest goes on', () => {
    const edge = answererOf(sampleBook({ lines: [share('half', 50), share('third', 30), house] }));
    const counts = served(edge, 1000);
    expect(counts['half cr_1']).toBeGreaterThanOrEqual(499);
    expect(counts['half cr_1']).toBeLessThanOrEqual(501);
    expect(counts['third cr_1']).toBeGreaterThanOrEqual(299);
    expect(counts['third cr_1']).toBeLessThanOrEqual(301);
    const trace = edge.ask({ site: 'journal.example', placements: [{ code: 'top' }], explain: true })[0]?.trace ?? [];
    expect(trace.map(({ reason }) => reason)).toContain('chosen');
  });

  test('a share that is had says so', () => {
    const { ask } = answererOf(sampleBook({ lines: [share('tenth', 10), house] }));
    const first = ask({ site: 'journal.example', placements: [{ code: 'top' }], explain: true })[0];
    expect(first?.trace).toEqual(expect.arrayContaining([{ line_item: 'tenth', reason: 'share_met' }]));
  });

  test('two sold to the full take turns', () => {
    const counts = served(answererOf(sampleBook({ lines: [share('a', 100), share('b', 100)] })), 1000);
    expect(Math.abs((counts['a cr_1'] ?? 0) - 500)).toBeLessThanOrEqual(20);
  });

  test('equal house lines take turns; creatives rotate by weight or evenly', () => {
    const creatives = [
      { id: 'cr_1', weight: 300, start: null, end: null },
      { id: 'cr_2', weight: 100, start: null, end: null },
    ];
    const book = sampleBook({
      creatives: [sampleCreative({ id: 'cr_1' }), sampleCreative({ id: 'cr_2' })],
      lines: [
        sampleLine({ id: 'a', type: 'house', priority: 16, rotation: 'weighted', creatives }),
        sampleLine({ id: 'b', type: 'house', priority: 16, rotation: 'even', creatives }),
      ],
    });
    expect(served(answererOf(book), 800)).toEqual({ 'a cr_1': 300, 'a cr_2': 100, 'b cr_1': 200, 'b cr_2': 200 });
  });

  test('of two quantities in one priority the one further behind its plan is served', () => {
    const goal = (quantity: number) => ({
      goal: { unit: 'impressions' as const, quantity },
      end: '2026-03-03T00:00:00.000Z',
    });
    const lines = [sampleLine({ id: 'large', ...goal(3_000_000) }), sampleLine({ id: 'small', ...goal(1_000_000) })];
    const counts = served(answererOf(sampleBook({ lines })), 4000);
    expect((counts['large cr_1'] ?? 0) / (counts['small cr_1'] ?? 1)).toBeGreaterThan(2.7);
    expect((counts['large cr_1'] ?? 0) / (counts['small cr_1'] ?? 1)).toBeLessThan(3.3);
  });
});

describe('the reply', () => {
  test('texts of people are escaped, the landing address is not in it', () => {
    const creative = sampleCreative({
      id: 'cr_1',
      kind: 'native',
      content: { title: '<script>alert(1)</script>', body: 'a & "b"', image: 'b'.repeat(64), sponsored_by: "L'Équipe" },
    });
    const book = sampleBook({
      creatives: [creative],
      placements: [samplePlacement({ id: 'pl_top', code: 'top', formats: ['native'] })],
      lines: [sampleLine({ id: 'li_1', advertiser: '"><img src=x>' })],
    });
    const [decision] = answererOf(book).ask({ site: 'journal.example', placements: [{ code: 'top' }] });
    const markup = decision?.creative?.markup ?? '';
    expect(markup).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(markup).toContain('a &amp; &quot;b&quot;');
    expect(markup).not.toContain('<img src=x>');
    expect(markup).toContain(`href="${decision?.click_url}"`);
    expect(markup).toContain('Publicité');
    expect(markup).not.toContain('maison-verte');
    expect(decision?.creative?.assets).toEqual({
      title: '<script>alert(1)</script>',
      body: 'a & "b"',
      sponsored_by: "L'Équipe",
      image: `https://edge.example/creatives/${'b'.repeat(64)}`,
    });
  });

  test('an unknown site, and a request without any known placement, are refused by name', () => {
    const { ask } = answererOf(sampleBook());
    expect(() => ask({ site: 'other.example', placements: [{ code: 'top' }] })).toThrow(
      'site: no site is called "other.example"',
    );
    expect(() => ask({ site: 'journal.example', placements: [{ code: 'x' }] })).toThrow(
      'placements.0.code: journal.example has no placement "x"',
    );
  });

  test('a visitor is spoken for by a key of the organisation only', () => {
    const { ask } = answererOf(
      sampleBook({
        lines: [house],
        keys: [
          {
            id: 'key_1',
            org_id: 'org_2',
            role: 'admin',
            hash: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
          },
        ],
      }),
    );
    const request = { site: 'journal.example', placements: [{ code: 'top' }], user_agent: 'x' };
    expect(() => ask(request)).toThrow('user_agent: only a caller with an API key');
    expect(() => ask(request, undefined, { ...visit, key: 'wrong' })).toThrow('user_agent');
    expect(() => ask(request, undefined, { ...visit, key: 'secret' })).toThrow('no site is called');
  });
});
