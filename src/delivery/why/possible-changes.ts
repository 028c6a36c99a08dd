/** Changes of a line item that might make it answer more, by the reasons that kept it from answering. */
import { lineItemTypes } from '#campaigns';
import type { Book, BookCreative, BookLine, Reason } from '../contract.ts';
import { decimalsOf, expectedMicros } from '../price.ts';

export type Possible = {
  reason: Reason;
  field: string;
  /** As `PATCH /api/line-items/:id` takes it; null where it takes more than that. */
  patch: Record<string, unknown> | null;
  sentence: string;
  line: BookLine;
  creatives?: BookCreative[];
};

type About = { book: Book; line: BookLine; floor: number | null };

/** In the order of the reasons given; of one reason the smallest change first. */
export function possibleChanges(about: About, reasons: readonly Reason[]): Possible[] {
  return reasons.flatMap((reason) => ways[reason]?.(about).map((way) => ({ reason, ...way })) ?? []);
}

type Way = Omit<Possible, 'reason'>;

const ways: Partial<Record<Reason, (about: About) => Way[]>> = {
  wrong_size({ book, line }) {
    const formats = new Set(
      book.placements.flatMap(({ id, formats: taken }) => (line.placements.includes(id) ? taken : [])),
    );
    return [...formats].slice(0, 12).flatMap((format): Way[] => {
      const [, width, height] = /^(\d+)x(\d+)$/.exec(format) ?? [];
      if (!width || !height) return [];
      const id = `new ${format}`;
      return [
        {
          field: 'creatives',
          patch: null,
          sentence: `add a creative in ${format}`,
          line: {
            ...line,
            sizes: line.sizes.length > 0 ? [...line.sizes, format] : [],
            creatives: [...line.creatives, { id, weight: 100, start: null, end: null }],
          },
          creatives: [
            {
              id,
              kind: 'image',
              name: id,
              width: Number(width),
              height: Number(height),
              landing_url: 'https://example.org/',
              file_hash: '0'.repeat(64),
              media_type: 'image/png',
              content: null,
            },
          ],
        },
      ];
    });
  },

  not_targeted({ line }) {
    const { targeting } = line;
    if (!targeting) return [];
    const without = (rest: typeof targeting | null, what: string): Way => ({
      field: 'targeting',
      patch: { targeting: rest },
      sentence: `${what} of its targeting`,
      line: { ...line, targeting: rest },
    });
    const parts = 'and' in targeting ? targeting.and : [];
    const single = parts.map((part, index) => {
      const rest = parts.filter((_, other) => other !== index);
      const what = 'key' in part ? `take the condition on ${part.key} out` : `take its group ${index + 1} out`;
      return without(rest.length > 0 ? { and: rest } : null, what);
    });
    return parts.length > 1 ? single : [without(null, 'take the conditions out')];
  },

  frequency_capped({ line }) {
    if (line.frequency_caps.length === 0) return [];
    const caps = line.frequency_caps.map((cap) => ({ ...cap, count: cap.count * 2 }));
    return [
      {
        field: 'frequency_caps',
        patch: { frequency_caps: caps },
        sentence: 'double its frequency caps',
        line: { ...line, frequency_caps: caps },
      },
    ];
  },

  excluded({ line }) {
    return [
      {
        field: 'exclusion_labels',
        patch: { exclusion_labels: [], excluded_advertisers: [] },
        sentence: 'lift its exclusions',
        line: { ...line, exclusion_labels: [], excluded_advertisers: [] },
      },
    ];
  },

  roadblock({ line }) {
    return [
      {
        field: 'roadblock',
        patch: { roadblock: 'one_or_more' },
        sentence: 'let each placement answer on its own',
        line: { ...line, roadblock: 'one_or_more' },
      },
    ];
  },

  below_floor({ line, floor }) {
    if (floor === null || line.rate.model !== 'cpm') return [];
    return [priced(line, floor)];
  },

  share_met({ line }) {
    return [50, 100]
      .filter((quantity) => quantity > line.goal.quantity)
      .map((quantity) => ({
        field: 'goal',
        patch: { goal: { unit: 'share', quantity } },
        sentence: `raise its share to ${quantity} %`,
        line: { ...line, goal: { unit: 'share', quantity } },
      }));
  },

  goal_met({ line }) {
    const { unit, quantity } = line.goal;
    return [
      {
        field: 'goal',
        patch: { goal: { unit, quantity: quantity * 2 } },
        sentence: `raise its goal to ${quantity * 2}`,
        line: { ...line, goal: { unit, quantity: quantity * 2 } },
      },
    ];
  },

  ahead_of_pace({ line }) {
    return [
      {
        field: 'pacing',
        patch: { pacing: 'asap' },
        sentence: 'deliver as fast as possible',
        line: { ...line, pacing: 'asap' },
      },
    ];
  },

  outranked({ book, line }) {
    const [, best] = lineItemTypes[line.type].priority;
    const higher = Array.from({ length: Math.max(0, line.priority - best) }, (_, i) => line.priority - 1 - i);
    const raised = higher.map((priority) => ({
      field: 'priority',
      patch: { priority },
      sentence: `set its priority to ${priority}`,
      line: { ...line, priority },
    }));
    return line.type === 'price_priority' ? [...pricesAbove(book, line), ...raised] : raised;
  },
};

const priced = (line: BookLine, amount: number): Way => ({
  field: 'rate',
  patch: { rate: { ...line.rate, amount } },
  sentence: `raise its price to ${amount / 10 ** decimalsOf(line.rate.currency)} ${line.rate.currency} (${line.rate.model.toUpperCase()})`,
  line: { ...line, rate: { ...line.rate, amount } },
});

/** Just above each dearer line on its placements, in its currency; prices by the thousand only. */
function pricesAbove(book: Book, line: BookLine): Way[] {
  if (line.rate.model !== 'cpm') return [];
  const none = { impressions: 0, viewables: 0, clicks: 0 };
  const own = expectedMicros(line.rate, none);
  const perMinor = own / line.rate.amount;
  const dearer = book.lines
    .filter(
      ({ placements, rate }) =>
        rate.currency === line.rate.currency && placements.some((id) => line.placements.includes(id)),
    )
    .map(({ rate }) => Math.floor(expectedMicros(rate, none) / perMinor) + 1)
    .filter((amount) => Number.isFinite(amount) && amount > line.rate.amount);
  return [...new Set(dearer)]
    .toSorted((a, b) => a - b)
    .slice(0, 5)
    .map((amount) => priced(line, amount));
}
