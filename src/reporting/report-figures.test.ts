import { describe, expect, test } from 'vitest';
import { askFacts, caseFacts, caseLine, caseNow, casePeriod, caseSubject } from './figures.case.ts';
import { type Ask, type Question, reportFigures } from './report-figures.ts';

const subject = caseSubject({
  lines: [caseLine({ id: 'li_1' }), caseLine({ id: 'li_2' }), caseLine({ id: 'li_3', state: 'draft' })],
});
const facts = caseFacts({ subject, until: '2026-11-16', seed: 2, perDay: (line) => (line.id === 'li_3' ? 0 : 6000) });
const sum = (from: string, to: string, line?: string) =>
  facts
    .filter((fact) => fact.date >= from && fact.date <= to && (!line || fact.line === line))
    .reduce((n, fact) => n + fact.impressions, 0);

describe('the figures of a report', () => {
  test('are those of the period, of the period before and since the start', async () => {
    const figures = await reportFigures({ query: askFacts(facts), subject, period: casePeriod, now: caseNow });
    expect(figures.total.impressions).toBe(sum('2026-11-09', '2026-11-15'));
    expect(figures.previous).toEqual({ from: '2026-11-02', to: '2026-11-08' });
    expect(figures.previous_total?.impressions).toBe(sum('2026-11-02', '2026-11-08'));
    expect(figures.to_date.impressions).toBe(sum('2026-11-01', '2026-11-15'));
    expect(figures.days.map((day) => day.date)).toEqual([
      '2026-11-09',
      '2026-11-10',
      '2026-11-11',
      '2026-11-12',
      '2026-11-13',
      '2026-11-14',
      '2026-11-15',
    ]);
    expect(figures.lines.map((line) => [line.id, line.period.impressions, line.progress?.delivered])).toEqual(
      ['li_1', 'li_2'].map((id) => [id, sum('2026-11-09', '2026-11-15', id), sum('2026-11-01', '2026-11-15', id)]),
    );
    const added = (counts: { impressions: number }[]) => counts.reduce((n, one) => n + one.impressions, 0);
    for (const part of [
      figures.days,
      figures.hours,
      figures.creatives.map((c) => c.period),
      figures.placements.map((p) => p.period),
    ]) {
      expect(added(part)).toBe(figures.total.impressions);
    }
  });

  test('leave out a line that was never agreed, unless it delivered', async () => {
    const ran = facts.map((fact) => (fact.line === 'li_2' ? { ...fact, line: 'li_3' } : fact));
    const figures = await reportFigures({ query: askFacts(ran), subject, period: casePeriod, now: caseNow });
    expect(figures.lines.map((line) => line.id)).toEqual(['li_1', 'li_2', 'li_3']);
  });

  test('judge pace at the end of the period, or now when it is not over', async () => {
    const progress = async (now: string) =>
      (await reportFigures({ query: askFacts(facts), subject, period: casePeriod, now: new Date(now) })).lines[0]
        ?.progress?.elapsed;
    expect(await progress('2027-01-01T00:00:00Z')).toBeCloseTo(0.5, 10);
    expect(await progress('2026-11-10T23:00:00Z')).toBeCloseTo(1 / 3, 10);
  });

  test('of several sites are asked on each site and added up; money is not added over currencies', async () => {
    const two = {
      ...subject,
      sites: [...subject.sites, { id: 'si_2', time_zone: 'America/Montreal', currency: 'CAD' }],
    };
    const both = [...facts, ...facts.map((fact) => ({ ...fact, site: 'si_2' }))];
    const figures = await reportFigures({ query: askFacts(both), subject: two, period: casePeriod, now: caseNow });
    expect(figures.total.impressions).toBe(2 * sum('2026-11-09', '2026-11-15'));
    expect(figures.currency).toBeNull();
    expect(figures.time_zones).toEqual(['Europe/Paris', 'America/Montreal']);
  });

  test('are read to the last page', async () => {
    const limits: Question[] = [];
    const whole = askFacts(facts);
    const paged: Ask = async (question) => {
      limits.push(question);
      const { results } = await whole({ ...question, pagination: { limit: 1_000_000, offset: 0 } });
      // A store that answers full pages until it runs dry.
      const padded =
        question.dimensions.length === 1 && question.dimensions[0] === 'ad:placement'
          ? Array.from({ length: 10_001 }, (_, i) => ({ dimensions: [`pl_${i}`], metrics: [1, 0, 0, 0] }))
          : results;
      return {
        results: padded.slice(question.pagination.offset, question.pagination.offset + question.pagination.limit),
      };
    };
    const figures = await reportFigures({ query: paged, subject, period: casePeriod, now: caseNow });
    expect(figures.placements).toHaveLength(10_001);
    expect(limits.every((question) => question.filters[0]?.[1] === 'ad:order')).toBe(true);
  });

  test('of a line that is paid by conversions say how many were delivered of those ordered', async () => {
    const [first, ...others] = subject.lines;
    if (!first) throw new Error('no line');
    const paid = {
      ...subject,
      lines: [{ ...first, goal: { unit: 'conversions' as const, quantity: 120 } }, ...others],
    };
    const counting = facts.map((fact, i) => ({ ...fact, conversions: fact.line === first.id && i % 7 === 0 ? 1 : 0 }));
    const figures = await reportFigures({ query: askFacts(counting), subject: paid, period: casePeriod, now: caseNow });
    const delivered = counting
      .filter(({ line, date }) => line === first.id && date <= casePeriod.to)
      .reduce((sum, { conversions }) => sum + conversions, 0);
    expect(delivered).toBeGreaterThan(0);
    expect(figures.lines.find(({ id }) => id === first.id)?.progress).toMatchObject({ delivered, ordered: 120 });
  });

  test('of invalid traffic are gross less net', async () => {
    const figures = await reportFigures({ query: askFacts(facts, 0.1), subject, period: casePeriod, now: caseNow });
    expect(figures.invalid.impressions / (figures.invalid.impressions + figures.total.impressions)).toBeCloseTo(0.1, 3);
  });
});
