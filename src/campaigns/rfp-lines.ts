/** The lines of a request for proposals and of the offers that answer it: checked, countered, compared. Pure but for the check of placements. */
import { Refusal } from '#platform';
import type * as z from 'zod';
import { checkTerms } from './check-terms.ts';
import type { AnswerLine, AskedLine, Difference, KeptAnswer, LineItemTerms } from './contract.ts';
import type { counterInvitation } from './rfp-contract.ts';
import { withDefaults } from './create-line-item.ts';
import { differencesIn } from './proposal-versions.ts';
import { bookedAmount } from './totals.ts';
import { nextDay, startOfDay } from './zoned-day.ts';

/** What an offer and a request have in common. */
type AnyLine = Pick<
  AskedLine,
  'id' | 'name' | 'where' | 'sizes' | 'unit' | 'model' | 'first_day' | 'last_day' | 'note'
> & {
  quantity: number | null;
  amount: number | null;
  site?: string;
};

/** What a version of an offer keeps of a line. */
export type OfferLine = Omit<KeptAnswer, 'total'>;

/** Fields that the thread shows, as text: quantities as "1000 impressions", prices as "900 EUR cpm". */
const shownIn = (currency: string): Record<string, (line: AnyLine) => string> => ({
  name: (line) => line.name,
  where: (line) => [line.site ?? '', line.where].filter(Boolean).join(' · '),
  quantity: (line) => (line.quantity === null ? '' : `${line.quantity} ${line.unit}`),
  rate: (line) => (line.amount === null ? '' : `${line.amount} ${currency} ${line.model}`),
  first_day: (line) => line.first_day,
  last_day: (line) => line.last_day,
  sizes: (line) => line.sizes.join(', '),
  note: (line) => line.note,
});

/** What an offer changes of what was asked, or a version of the one before. */
export const offerDifferences = (
  currency: string,
  before: readonly AnyLine[],
  after: readonly AnyLine[],
): Difference[] => differencesIn(shownIn(currency), before, after);

/** Calendar days of a line, the last included. */
const daysOf = ({ first_day, last_day }: Pick<AnyLine, 'first_day' | 'last_day'>): number =>
  Math.round((Date.parse(last_day) - Date.parse(first_day)) / 86_400_000) + 1;

/** An offered line with what it costs. */
export const withTotal = (line: OfferLine, currency: string): KeptAnswer => ({
  ...line,
  total: bookedAmount({
    goal: { unit: line.unit, quantity: line.quantity },
    rate: { model: line.model, amount: line.amount, currency },
    days: daysOf(line),
  }),
});

/** The line item that a chosen line becomes: shares and days are sponsorships, all else is standard. */
export function itemTerms(
  line: OfferLine,
  { currency, zone, placement }: { currency: string; zone: string; placement: string },
): LineItemTerms {
  return withDefaults({
    name: line.name,
    type: line.unit === 'share' || line.model === 'cpd' ? 'sponsorship' : 'standard',
    goal: { unit: line.unit, quantity: line.quantity },
    rate: { model: line.model, amount: line.amount, currency },
    start: startOfDay(line.first_day, zone),
    end: startOfDay(nextDay(line.last_day), zone),
    placements: [placement],
    sizes: line.sizes,
  });
}

/** Throws bad-input naming the line when it could not become a line item, or when it does not say where it is. */
export function checkOffer(lines: readonly OfferLine[], currency: string): void {
  for (const [index, line] of lines.entries()) {
    const refuse = (field: string, why: string): never => {
      throw new Refusal('bad-input', `lines.${index}.${field}: ${why}.`, { field: `lines.${index}.${field}` });
    };
    if (line.last_day < line.first_day) refuse('last_day', 'must not be before the first day');
    if (line.placement_id === null && line.site === '') refuse('site', 'say on which site it is');
    if (line.placement_id === null && line.sizes.length === 0) refuse('sizes', 'say which sizes or formats it takes');
    try {
      checkTerms(itemTerms(line, { currency, zone: 'UTC', placement: line.placement_id ?? 'new' }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const at = `lines.${index}`;
      throw new Refusal(error.code, `${at}: ${error.message}`, { ...error.detail, field: at });
    }
  }
}

export function checkAsked(lines: readonly Omit<AskedLine, 'id'>[]): void {
  for (const [index, line] of lines.entries()) {
    if (line.last_day >= line.first_day) continue;
    const field = `lines.${index}.last_day`;
    throw new Refusal('bad-input', `${field}: must not be before the first day.`, { field });
  }
}

/** Gives answered lines their ids: that of the asked line, or of the offer before, once each; else a new one. */
export function withIds(
  lines: readonly AnswerLine[],
  { asked, before, newId }: { asked: readonly AskedLine[]; before: readonly OfferLine[]; newId: () => string },
): OfferLine[] {
  const askedIds = new Set(asked.map(({ id }) => id));
  const known = new Set([...askedIds, ...before.map(({ id }) => id)]);
  const taken = new Set<string>();
  return lines.map((line) => {
    const id = line.id !== undefined && known.has(line.id) && !taken.has(line.id) ? line.id : newId();
    taken.add(id);
    const wanted = asked.find((one) => one.id === id);
    // A placement of the buyer's may stand for an asked line only: a publisher knows no other.
    return { ...line, id, asked: askedIds.has(id), placement_id: wanted?.placement_id ?? null };
  });
}

type Countered = z.output<(typeof counterInvitation)['input']>['lines'];

/** The lines as the buyer would have them. Throws bad-input for a line that is not there, or named twice. */
export function counteredOffer(lines: readonly OfferLine[], counter: Countered): OfferLine[] {
  for (const [index, { line_id }] of counter.entries()) {
    const field = `lines.${index}.line_id`;
    if (!lines.some(({ id }) => id === line_id))
      throw new Refusal('bad-input', `${field}: this offer has no such line.`, { field });
    if (counter.findIndex((one) => one.line_id === line_id) !== index)
      throw new Refusal('bad-input', `${field}: the line is there twice.`, { field });
  }
  return lines.map((line) => {
    const own = counter.find(({ line_id }) => line_id === line.id);
    return own
      ? {
          ...line,
          amount: own.amount ?? line.amount,
          quantity: own.quantity ?? line.quantity,
          first_day: own.first_day ?? line.first_day,
          last_day: own.last_day ?? line.last_day,
        }
      : line;
  });
}
