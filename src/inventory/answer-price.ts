/** What something costs: the card and the rates that apply are looked up here, the arithmetic is in price.ts. */
import { Refusal, type Caller, type Sql } from '#platform';
import type { RateCard } from './contract.ts';
import { closestRate } from './list-rates.ts';
import { readPackage } from './package.ts';
import { priceOf, rounding } from './price.ts';
import { noRules, type ExplainedPrice, type PriceQuestion, type RateModel } from './price-words.ts';
import { readRateCard, rulesOf, selectCards } from './rate-card.ts';

type Place = {
  id: string;
  site_id: string;
  code: string;
  domain: string;
  formats: string[];
  floor_amount: number | null;
  floor_currency: string | null;
};

/** Throws bad-input naming the field, not-found for what is not there, wrong-state where no rate applies. */
export async function answerPrice(sql: Sql, caller: Caller, asked: PriceQuestion): Promise<ExplainedPrice> {
  checkAsked(asked);
  const pack = asked.package_id === undefined ? null : await readPackage(sql, caller, asked.package_id, 'package_id');
  const currency = pack?.currency ?? asked.currency;
  const card = await cardFor(sql, caller, { ...asked, currency });
  if (pack && card && card.currency !== pack.currency)
    refuse('rate_card_id', `the card is in ${card.currency} and the package in ${pack.currency}`);
  const model = pack?.model ?? asked.model ?? 'cpm';
  if (model !== 'cpd' && model !== 'flat' && asked.quantity < 1)
    refuse('quantity', `a price by ${model} needs how many are bought`);
  const places = pack ? [] : await placesOf(sql, caller, asked.placements);
  if (!pack && !card)
    throw new Refusal('wrong-state', `No rate card${currency ? ` in ${currency}` : ''} is valid on ${asked.start}.`, {
      field: 'start',
    });
  const priced = pack
    ? [{ name: pack.name, amount: pack.amount }]
    : places.map((place) => ({
        name: `${place.code} (${place.domain})`,
        amount: rateFor(card?.rates ?? [], place, model, asked.format, card?.name ?? ''),
      }));
  const answer = priceOf({
    model,
    currency: pack?.currency ?? card?.currency ?? '',
    places: priced,
    isPackage: pack !== null,
    quantity: asked.quantity,
    start: asked.start,
    end: asked.end,
    targeting: asked.targeting ?? null,
    insertions: asked.insertions,
    discount: asked.discount,
    agency: asked.agency,
    rules: card ? rulesOf(card) : noRules,
  });
  return {
    ...answer,
    rate_card_id: card?.id ?? null,
    rate_card_name: card?.name ?? null,
    currency: pack?.currency ?? card?.currency ?? '',
    model,
    rounding,
    warnings: model === 'cpm' ? floorWarnings(places, answer.unit_rate) : [],
  };
}

function checkAsked(asked: PriceQuestion): void {
  if (asked.end < asked.start) refuse('end', 'must not be before start');
  if (Date.parse(asked.end) - Date.parse(asked.start) > 3660 * 86_400_000) refuse('end', 'is more than ten years away');
  if (asked.package_id !== undefined && asked.placements.length > 0)
    refuse('placements', 'come with the package; leave them out');
  if (asked.package_id === undefined && asked.placements.length === 0)
    refuse('placements', 'name at least one, or a package');
  const twice = asked.placements.find((id, index) => asked.placements.indexOf(id) !== index);
  if (twice !== undefined) refuse('placements', `${twice} is there twice`);
}

async function cardFor(
  sql: Sql,
  caller: Caller,
  {
    rate_card_id,
    currency,
    start,
  }: { rate_card_id?: string | undefined; currency?: string | undefined; start: string },
): Promise<RateCard | null> {
  if (rate_card_id === undefined) {
    const cards = await selectCards(sql, caller, { on: start, currency });
    return cards[0] ?? null;
  }
  const card = await readRateCard(sql, caller, rate_card_id);
  if (currency !== undefined && card.currency !== currency) refuse('currency', `the card is in ${card.currency}`);
  if (start < card.valid_from || (card.valid_to !== null && start > card.valid_to))
    refuse('start', `${start} is outside the card’s dates`);
  return card;
}

async function placesOf(sql: Sql, caller: Caller, ids: readonly string[]): Promise<Place[]> {
  const rows = await sql.query<Place>(
    `select p.id, p.site_id, p.code, s.domain, p.formats, p.floor_amount, p.floor_currency
     from placements p join sites s on s.id = p.site_id where p.org_id = $1 and p.id = any($2)`,
    [caller.org_id, ids],
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const place = known.get(id);
    if (!place) throw new Refusal('not-found', `placements: there is no placement ${id}.`, { field: 'placements' });
    return place;
  });
}

function rateFor(
  rates: RateCard['rates'],
  place: Place,
  model: RateModel,
  format: string | undefined,
  card: string,
): number {
  if (format !== undefined && !place.formats.includes(format))
    refuse('format', `${place.code} of ${place.domain} takes ${place.formats.join(', ')}, not ${format}`);
  const rate = closestRate(rates, place, model, format);
  if (!rate)
    throw new Refusal(
      'wrong-state',
      `The rate card "${card}" has no ${model} price for ${place.code} of ${place.domain}.`,
      {
        field: 'model',
      },
    );
  return rate.amount;
}

function floorWarnings(places: readonly Place[], rate: ExplainedPrice['unit_rate']): ExplainedPrice['warnings'] {
  if (!rate) return [];
  return places
    .filter(
      ({ floor_amount: floor, floor_currency }) =>
        floor !== null && floor_currency === rate.currency && rate.amount < floor,
    )
    .map(({ code, domain, floor_amount }) => ({
      code: 'below-floor' as const,
      sentence: `The net CPM ${rate.amount} is below the floor ${floor_amount} of ${code} of ${domain} (minor units of ${rate.currency}).`,
    }));
}

function refuse(field: string, why: string): never {
  throw new Refusal('bad-input', `${field}: ${why}.`, { field });
}
