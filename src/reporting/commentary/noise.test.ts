/** What the commentary says of differences that are only chance, and of those that are real. */
import { describe, expect, test } from 'vitest';
import {
  askFacts,
  caseFacts,
  caseLine,
  caseNow,
  casePeriod,
  caseSubject,
  type Fact,
  normal,
  randomOf,
} from '../figures.case.ts';
import type { Period, ReportFigures } from '../figures.ts';
import { reportFigures, type ReportSubject } from '../report-figures.ts';
import { alphaOfReport } from '../statistics.ts';
import { writeCommentary } from './index.ts';

const comparing = ['ctr-previous', 'line-best', 'line-worst', 'creative-best', 'weekday-best', 'hours-best'];

const letters = ['Accueil', 'Sport', 'Culture', 'Météo'];

const figuresOf = (facts: readonly Fact[], subject: ReportSubject, period: Period): Promise<ReportFigures> =>
  reportFigures({ query: askFacts(facts), subject, period, now: caseNow });

describe('noise', () => {
  /** Share of campaigns, all of one true rate, in which a rule that compares says something. */
  async function alarms(runs: number, spread: number): Promise<number> {
    let spoken = 0;
    const random = randomOf(99);
    for (let seed = 1; seed <= runs; seed++) {
      const lines = letters.map((name) => caseLine({ id: name, name }));
      const subject = caseSubject({ lines });
      const dayRates = new Map<string, number>();
      const dayRate = (date: string) => {
        const rate = dayRates.get(date) ?? 0.004 * Math.max(0.1, 1 + spread * normal(random));
        dayRates.set(date, rate);
        return rate;
      };
      const facts = caseFacts({
        subject,
        until: '2026-11-15',
        seed,
        perDay: () => 12_000,
        ctr: (_, date) => dayRate(date),
        viewability: 0.7,
      });
      const sentences = writeCommentary(
        await figuresOf(facts, subject, { from: '2026-11-02', to: '2026-11-15' }),
        'en',
      );
      if (sentences.some(({ rule, values }) => comparing.includes(rule) || values.mark !== undefined)) spoken++;
    }
    return spoken / runs;
  }

  test.each([0, 0.15])(
    'is called a difference in at most 5 % of reports (day-to-day spread %f)',
    async (spread) => {
      const runs = 200;
      expect(await alarms(runs, spread)).toBeLessThanOrEqual(
        alphaOfReport + 2 * Math.sqrt((alphaOfReport * (1 - alphaOfReport)) / runs),
      );
    },
    60_000,
  );

  test('a real change is named: a better creative, a better line, a better period, weekday and time of day', async () => {
    const subject = caseSubject({ lines: letters.slice(0, 3).map((name) => caseLine({ id: name, name })) });
    const period = { from: '2026-11-02', to: '2026-11-15' };
    const said = async (rate: (creative: string, date: string, hour: number) => number, days: Period = period) => {
      const facts = caseFacts({ subject, until: '2026-11-15', seed: 11, perDay: () => 40_000, ctr: rate });
      return writeCommentary(await figuresOf(facts, subject, days), 'en').map((sentence) => sentence.key);
    };
    expect(await said((creative) => (creative === 'cr_2' ? 0.006 : 0.004))).toContain('creative-best/cr_2');
    expect(await said((_, date) => (date >= '2026-11-09' ? 0.006 : 0.004), casePeriod)).toContain('ctr-previous');
    expect(await said((_, date) => (date === '2026-11-04' || date === '2026-11-11' ? 0.007 : 0.004))).toContain(
      'weekday-best/2',
    );
    expect(await said((_, __, hour) => (hour === 18 ? 0.008 : 0.004))).toContain('hours-best/16');
  });
});
