/** What needs a hand, from what is known of lines, creatives and live figures. Pure: the clock comes in. */
import type { LineItem } from '#campaigns/contract';
import type { Creative, CreativeRequest } from '#creatives/contract';
import type { Standing } from '#reporting/web';

export type Need =
  | { kind: 'creative'; creative: Creative }
  | { kind: 'late-request'; request: CreativeRequest }
  | { kind: 'rights'; creative: Creative }
  | { kind: 'quiet' }
  | { kind: 'no-creative' | 'behind' | 'silent' | 'ending' | 'unbooked'; line: LineItem; percent?: number };

const day = 86_400_000;

/** How long ahead a start without a creative, an unbooked start and an end are worth telling. */
export const horizon = { start: 7 * day, unbooked: 3 * day, end: 2 * day, silence: 60 * 60_000 };

type Known = {
  lines: readonly LineItem[];
  standing: (line: LineItem) => Standing | undefined;
  creatives: readonly Creative[];
  /** What is late of what was asked for. */
  requests?: readonly CreativeRequest[];
  /** Creatives whose rights end soon. */
  ending?: readonly Creative[];
  /** Page views of the last 30 minutes and since midnight; undefined when the caller may not see them. */
  pageviews: { halfHour: number; today: number } | undefined;
  now: Date;
};

/** The most urgent first: what is being lost now, then what blocks others, then what comes. */
export const needsOf = ({ lines, standing, creatives, requests = [], ending = [], pageviews, now }: Known): Need[] => {
  const at = now.getTime();
  const needs: { need: Need; urgency: number }[] = [];
  const add = (urgency: number, need: Need) => needs.push({ need, urgency });

  if (pageviews && pageviews.today > 0 && pageviews.halfHour === 0) add(0, { kind: 'quiet' });
  for (const line of lines) {
    const [start, end] = [Date.parse(line.start), Date.parse(line.end)];
    const runs = line.state === 'live' || line.state === 'booked';
    const hasNoCreative = line.warnings.some(({ code }) => code === 'no-creative');
    if (runs && at < end && hasNoCreative && line.side === 'sell' && start - at < horizon.start) {
      add(start <= at ? 1 : 4, { kind: 'no-creative', line });
      continue;
    }
    const stands = line.state === 'live' ? standing(line) : undefined;
    if (stands?.status === 'silent' && line.side === 'sell' && at - start > horizon.silence)
      add(1, { kind: 'silent', line });
    else if (stands?.status === 'behind' && stands.progress) {
      const { delivered, expected } = stands.progress;
      add(2, { kind: 'behind', line, percent: (100 * (expected - delivered)) / expected });
    } else if (runs && start <= at && at < end && end - at < horizon.end) add(6, { kind: 'ending', line });
    if ((line.state === 'proposed' || line.state === 'reserved') && at < end && start - at < horizon.unbooked)
      add(3, { kind: 'unbooked', line });
  }
  for (const creative of creatives) add(5, { kind: 'creative', creative });
  for (const request of requests)
    add(Date.parse(request.start) - at < 2 * day ? 2 : 4, { kind: 'late-request', request });
  for (const creative of ending) add(6, { kind: 'rights', creative });
  return needs.toSorted((a, b) => a.urgency - b.urgency).map(({ need }) => need);
};
