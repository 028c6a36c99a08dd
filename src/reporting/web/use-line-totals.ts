import { useMemo } from 'react';
import { query } from '#analytics/contract';
import { useRoute } from '#platform/web';
import type { Counts, LineStatus, Progress } from '../figures.ts';
import { progressOf } from '../progress.ts';
import type { LineTerms } from '../progress.ts';

const nothing: Counts = { impressions: 0, viewable: 0, clicks: 0, spend: 0 };

/** What every line has delivered since its start, by id. One question for all the rows of all the screens, asked every few seconds. */
export const useLineTotals = () => {
  const asked = useRoute(
    query,
    {
      metrics: ['impressions', 'viewable_impressions', 'clicks', 'spend', 'ad_conversions'],
      date_range: 'all',
      dimensions: ['ad:line_item'],
    },
    { every: 5_000, keep: true },
  );
  const totals = useMemo(
    () =>
      asked.data &&
      new Map<string, Counts>(
        asked.data.results.map(
          ({ dimensions: [id = ''], metrics: [impressions, viewable, clicks, spend, conversions] }) => [
            id,
            {
              impressions: impressions ?? 0,
              viewable: viewable ?? 0,
              clicks: clicks ?? 0,
              spend: spend ?? 0,
              conversions: conversions ?? 0,
            },
          ],
        ),
      ),
    [asked.data],
  );
  return { totals, error: asked.error };
};

export type Standing = { status: LineStatus; progress: Progress | null; counts: Counts };

/** Where a line stands by the rule the reports use, so that screen and PDF never disagree. */
export const standingOf = (
  line: LineTerms,
  totals: ReadonlyMap<string, Counts> | undefined,
  id: string,
  now: Date,
): Standing | undefined => {
  if (!totals) return undefined;
  const counts = totals.get(id) ?? nothing;
  return { ...progressOf({ ...line, pacing: line.pacing }, counts, now, 'UTC'), counts };
};
