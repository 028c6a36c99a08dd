/** Which rate of a card applies to a placement, and what a card lists for several of them. */
import type { Caller, Sql } from '#platform';
import type { RateCard } from './contract.ts';
import { priceOf } from './price.ts';
import { noRules, type RateModel } from './price-words.ts';
import { selectCards } from './rate-card.ts';
import type { TargetingGroup } from './targeting.ts';

/** The closest rate wins: of the placement before its site's before everything's, and there of the format before any. */
export function closestRate(
  rates: RateCard['rates'],
  place: { id: string; site_id: string; formats: readonly string[] },
  model: RateModel,
  format: string | undefined,
): RateCard['rates'][number] | undefined {
  const only = place.formats.length === 1 ? place.formats[0] : undefined;
  const wanted = format ?? only;
  const closeness = (rate: RateCard['rates'][number]): number => {
    if (rate.model !== model) return -1;
    if (rate.placement_id && rate.placement_id !== place.id) return -1;
    if (rate.site_id && rate.site_id !== place.site_id) return -1;
    if (rate.format && rate.format !== wanted) return -1;
    return (rate.placement_id ? 4 : 0) + (rate.site_id ? 2 : 0) + (rate.format ? 1 : 0);
  };
  return rates
    .map((rate) => ({ rate, close: closeness(rate) }))
    .filter(({ close }) => close >= 0)
    .sort((a, b) => b.close - a.close)[0]?.rate;
}

/**
 * The list rate of each question: the mean of its placements' rates (rounded half up) on the newest card in the currency that
 * is valid on that day; null where there is no such card, or it lacks a rate for one of the placements.
 */
export async function listRates(
  sql: Sql,
  caller: Caller,
  questions: readonly {
    placements: readonly string[];
    model: RateModel;
    currency: string;
    on: string;
    sizes: readonly string[];
  }[],
): Promise<(number | null)[]> {
  const ids = [...new Set(questions.flatMap(({ placements }) => placements))];
  const places = await sql.query<{ id: string; site_id: string; formats: string[] }>(
    'select id, site_id, formats from placements where org_id = $1 and id = any($2)',
    [caller.org_id, ids],
  );
  const known = new Map(places.map((place) => [place.id, place]));
  const cards = new Map<string, RateCard | undefined>();
  const rates: (number | null)[] = [];
  for (const { placements, model, currency, on, sizes } of questions) {
    const key = `${currency} ${on}`;
    if (!cards.has(key)) cards.set(key, (await selectCards(sql, caller, { on, currency }))[0]);
    const listed = placements.map((id) => {
      const place = known.get(id);
      const format = sizes.length === 1 ? sizes[0] : undefined;
      return place && closestRate(cards.get(key)?.rates ?? [], place, model, format)?.amount;
    });
    const found = listed.filter((amount) => amount !== undefined);
    const whole = found.length > 0 && found.length === listed.length;
    rates.push(whole ? Math.round(found.reduce((sum, amount) => sum + amount, 0) / found.length) : null);
  }
  return rates;
}

/**
 * Net CPM of each placement over the dates, with the seasons, weekdays and targeting surcharges of the newest card in the currency that
 * is valid on the first day; volume, frequency and negotiated discounts are a matter of the whole order and not in it. Placements without
 * a rate are left out.
 */
export async function netRates(
  sql: Sql,
  caller: Caller,
  asked: {
    placements: readonly string[];
    currency: string;
    start: string;
    end: string;
    targeting: TargetingGroup | null;
  },
): Promise<{ card: string | null; rates: Map<string, number> }> {
  const { currency, start, end, targeting } = asked;
  const card = (await selectCards(sql, caller, { on: start, currency }))[0];
  const rates = new Map<string, number>();
  if (!card) return { card: null, rates };
  const places = await sql.query<{ id: string; site_id: string; formats: string[] }>(
    'select id, site_id, formats from placements where org_id = $1 and id = any($2)',
    [caller.org_id, asked.placements],
  );
  const rules = { ...noRules, seasons: card.seasons, weekdays: card.weekdays, surcharges: card.surcharges };
  for (const place of places) {
    const rate = closestRate(card.rates, place, 'cpm', undefined);
    if (!rate) continue;
    const { unit_rate } = priceOf({
      model: 'cpm',
      currency,
      places: [{ name: place.id, amount: rate.amount }],
      isPackage: false,
      // A round million, so that rounding to minor units does not show in the rate.
      quantity: 1_000_000,
      start,
      end,
      targeting,
      insertions: 1,
      discount: 0,
      agency: false,
      rules,
    });
    if (unit_rate) rates.set(place.id, unit_rate.amount);
  }
  return { card: card.name, rates };
}
