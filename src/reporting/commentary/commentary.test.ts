import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { askFacts, caseFacts, caseLine, caseNow, casePeriod, caseSubject, type Fact } from '../figures.case.ts';
import { ctr, type Period, type ReportFigures } from '../figures.ts';
import { formatIn, type Language } from '../language.ts';
import { reportFigures, type ReportedLine, type ReportSubject } from '../report-figures.ts';
import { mergeEdits, noteKey, rules, type Sentence, writeCommentary } from './index.ts';

function figuresOf(
  facts: readonly Fact[],
  subject: ReportSubject,
  options: { period?: Period; invalid?: number } = {},
): Promise<ReportFigures> {
  return reportFigures({
    query: askFacts(facts, options.invalid ?? 0),
    subject,
    period: options.period ?? casePeriod,
    now: caseNow,
  });
}

const byRule = (sentences: readonly Sentence[], rule: string) => sentences.find((sentence) => sentence.rule === rule);
/** No-break spaces as plain ones, so that cases can be read. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

type Golden = {
  name: string;
  lines: Partial<ReportedLine>[];
  per_day: number[];
  ctr: Record<string, number>;
  seed: number;
  invalid: number;
  days: [string, string];
  fr: string[];
  en: string[];
};
const goldens: Golden[] = JSON.parse(readFileSync(new URL('./cases/sentences.json', import.meta.url), 'utf8'));

describe('worked cases', () => {
  test.each(goldens)('$name', async (golden) => {
    const lines = golden.lines.map((line) => caseLine(line));
    const subject = caseSubject({ lines });
    const facts = caseFacts({
      subject,
      until: '2026-11-16',
      seed: golden.seed,
      perDay: (line) => golden.per_day[lines.findIndex((one) => one.id === line.id)] ?? 0,
      ctr: (creative) => golden.ctr[creative] ?? 0.003,
    });
    const figures = await figuresOf(facts, subject, {
      invalid: golden.invalid,
      period: { from: golden.days[0], to: golden.days[1] },
    });
    const written = (language: Language) =>
      writeCommentary(figures, language).map((sentence) => `${sentence.key}: ${plain(sentence.text)}`);
    expect(written('fr')).toEqual(golden.fr);
    expect(written('en')).toEqual(golden.en);
  });
});

const anyCampaign = fc.record({
  seed: fc.nat(1_000_000),
  perDay: fc.array(fc.nat(20_000), { minLength: 1, maxLength: 5 }),
  goals: fc.array(
    fc.record({
      unit: fc.constantFrom('impressions', 'viewable_impressions', 'clicks'),
      quantity: fc.integer({ min: 1, max: 600_000 }),
    }),
    { minLength: 5, maxLength: 5 },
  ),
  states: fc.array(fc.constantFrom('booked', 'live', 'paused', 'ended'), { minLength: 5, maxLength: 5 }),
  starts: fc.array(fc.integer({ min: 1, max: 28 }), { minLength: 5, maxLength: 5 }),
  rate: fc.double({ min: 0.0005, max: 0.03, noNaN: true }),
  lift: fc.double({ min: 0.5, max: 2, noNaN: true }),
  invalid: fc.constantFrom(0, 0.01, 0.2),
  length: fc.integer({ min: 1, max: 16 }),
});
type Campaign = typeof anyCampaign extends fc.Arbitrary<infer T> ? T : never;

/** Names without digits: every digit of a sentence is then a figure or a date. */
const letters = ['Accueil', 'Sport', 'Culture', 'Météo', 'Région'];

async function build(campaign: Campaign): Promise<{ figures: ReportFigures; facts: Fact[] }> {
  const lines = campaign.perDay.map((_, i) =>
    caseLine({
      id: `line-${letters[i]}`,
      name: letters[i] ?? '',
      state: campaign.states[i] ?? 'live',
      start: `2026-11-${String(campaign.starts[i] ?? 1).padStart(2, '0')}T00:00:00+01:00`,
      goal: campaign.goals[i] ?? { unit: 'impressions', quantity: 1 },
    }),
  );
  const subject = caseSubject({ lines });
  const to = '2026-11-16';
  const from = `2026-11-${String(17 - campaign.length).padStart(2, '0')}`;
  const facts = caseFacts({
    subject,
    until: to,
    seed: campaign.seed,
    perDay: (line) => campaign.perDay[lines.findIndex((one) => one.id === line.id)] ?? 0,
    ctr: (creative) => campaign.rate * (creative === 'cr_1' ? campaign.lift : 1),
  });
  return { figures: await figuresOf(facts, subject, { invalid: campaign.invalid, period: { from, to } }), facts };
}

/** Every number written in a text, dates aside. */
function numbersIn(text: string, language: Language, figures: ReportFigures): string[] {
  const f = formatIn(language);
  const days = [
    figures.as_of_day,
    ...figures.lines.flatMap((line) => [
      line.first_day,
      line.last_day,
      ...(line.progress?.reached_on ? [line.progress.reached_on] : []),
    ]),
  ];
  const dates = [
    f.period(figures.period.from, figures.period.to),
    f.period(figures.previous.from, figures.previous.to),
    ...days.map((day) => f.day(day)),
  ];
  // Longest first: `2 novembre` is part of `22 novembre`.
  const bare = dates
    .sort((a, b) => b.length - a.length)
    .reduce(
      (rest, date) => rest.replaceAll(date, '').replaceAll(date.charAt(0).toUpperCase() + date.slice(1), ''),
      text,
    );
  return bare.match(/\d+(?:[.,\u202f:]\d+)*/g) ?? [];
}

describe('every sentence', () => {
  test('writes its own figures and no other number', async () => {
    await fc.assert(
      fc.asyncProperty(anyCampaign, fc.constantFrom('fr', 'en'), async (campaign, language) => {
        const { figures } = await build(campaign);
        const f = formatIn(language);
        for (const { rule, text, values } of writeCommentary(figures, language)) {
          const hours =
            rule === 'hours-best'
              ? Array.from({ length: 25 }, (_, hour) => (language === 'fr' ? String(hour) : `${hour}:00`))
              : [];
          const allowed = Object.values(values).flatMap((value) => [
            f.number(value),
            f.number(value, 1),
            f.number(value, 2),
            f.money(value, 'EUR').replace(/[€\u00a0]/g, ''),
          ]);
          for (const number of numbersIn(text, language, figures))
            expect([...allowed, ...hours], `${rule}: ${text}`).toContain(number);
          expect(text).not.toMatch(/NaN|Infinity|undefined|null|-\d/);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('carries figures that the facts give when counted apart', async () => {
    await fc.assert(
      fc.asyncProperty(anyCampaign, async (campaign) => {
        const { figures, facts } = await build(campaign);
        const { from, to } = figures.period;
        const sum = (rows: readonly Fact[], field: 'impressions' | 'clicks' | 'viewable') =>
          rows.reduce((n, row) => n + row[field], 0);
        const inside = facts.filter((fact) => fact.date >= from && fact.date <= to);
        const sentences = writeCommentary(figures, 'en');

        const totals = byRule(sentences, 'delivery-total')?.values;
        if (sum(inside, 'impressions') === 0) expect(sentences[0]?.rule).toBe('nothing-delivered');
        else
          expect(totals).toEqual({
            impressions: sum(inside, 'impressions'),
            clicks: sum(inside, 'clicks'),
            ctr: (100 * sum(inside, 'clicks')) / sum(inside, 'impressions'),
          });

        for (const { values } of sentences.filter(({ key }) => key === 'delivery-pace/clicks')) {
          const counted = figures.lines
            .filter((line) => line.unit === 'clicks' && (line.progress?.elapsed ?? 0) > 0)
            .map((line) => line.id);
          if (values.delivered !== undefined)
            expect(values.delivered).toBe(
              sum(
                facts.filter((fact) => counted.includes(fact.line)),
                'clicks',
              ),
            );
        }
        const seen = byRule(sentences, 'viewability')?.values;
        if (seen) expect(seen.rate).toBeCloseTo((100 * sum(inside, 'viewable')) / sum(inside, 'impressions'), 9);
        const creative = byRule(sentences, 'creative-best');
        if (creative) {
          const id = creative.key.split('/')[1];
          const rateOf = (rows: readonly Fact[]) => (100 * sum(rows, 'clicks')) / sum(rows, 'impressions');
          expect(creative.values.ctr).toBeCloseTo(rateOf(inside.filter((fact) => fact.creative === id)), 9);
          expect(creative.values.others).toBeCloseTo(rateOf(inside.filter((fact) => fact.creative !== id)), 9);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('has a rule of its own name, and a key of its own', async () => {
    const names = rules.map((rule) => rule.name);
    expect(new Set(names).size).toBe(names.length);
    await fc.assert(
      fc.asyncProperty(anyCampaign, async (campaign) => {
        const sentences = writeCommentary((await build(campaign)).figures, 'fr');
        const keys = sentences.map((sentence) => sentence.key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(sentences.map((s) => s.importance)).toEqual(sentences.map((s) => s.importance).sort((a, b) => b - a));
      }),
      { numRuns: 25 },
    );
  });

  test('changes when its figure changes', async () => {
    const subject = caseSubject();
    const facts = caseFacts({ subject, until: '2026-11-15', seed: 3, perDay: () => 9000 });
    const more = facts.map((fact, i) =>
      i === facts.length - 1 ? { ...fact, impressions: fact.impressions + 1000 } : fact,
    );
    const [before, after] = await Promise.all([figuresOf(facts, subject), figuresOf(more, subject)]);
    for (const rule of ['delivery-total', 'delivery-pace', 'viewability']) {
      expect(byRule(writeCommentary(after, 'fr'), rule)?.text).not.toBe(
        byRule(writeCommentary(before, 'fr'), rule)?.text,
      );
    }
  });
});

describe('edits', () => {
  const sentence = (key: string, text: string, importance = 50): Sentence => ({
    key,
    rule: key,
    text,
    importance,
    values: {},
  });

  test('replace, hide and stay when the figures move', () => {
    const edits = [
      { key: 'a', text: 'Ma phrase', generated: 'Sentence A' },
      { key: 'b', text: null, generated: 'Sentence B' },
    ];
    const now = mergeEdits(
      [sentence('a', 'Sentence A'), sentence('b', 'Sentence B'), sentence('c', 'Sentence C')],
      edits,
    );
    expect(now.map(({ text, edited, outdated }) => [text, edited, outdated])).toEqual([
      ['Ma phrase', true, false],
      [null, true, false],
      ['Sentence C', false, false],
    ]);
    const later = mergeEdits([sentence('a', 'Sentence A, moved'), sentence('c', 'Sentence C, moved')], edits);
    expect(later.map(({ key, text, outdated }) => [key, text, outdated])).toEqual([
      ['a', 'Ma phrase', true],
      ['c', 'Sentence C, moved', false],
      ['b', null, true],
    ]);
  });

  test('a free note opens the commentary', () => {
    expect(
      mergeEdits([sentence('a', 'A', 100)], [{ key: noteKey, text: 'Bonjour', generated: null }]).map(
        (block) => block.text,
      ),
    ).toEqual(['Bonjour', 'A']);
  });
});

test('the click-through rate of nothing is not a number that is written', () => {
  expect(ctr({ impressions: 0, viewable: 0, clicks: 0, spend: 0 })).toBeNull();
});
