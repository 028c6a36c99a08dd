/** What is to be invoiced of an order over a period: what was ordered, what was delivered, what of it is billed. */
import { Refusal, type Caller, type Events, type FileReply, type Sql } from '#platform';
import type { InvoiceBasis, InvoiceLine } from './contract.ts';
import { type LineItemRow, rowsOfOrder } from './line-item.ts';
import { readOrder } from './order.ts';
import { type Delivery, none, readDelivery } from './delivered.ts';
import { listMakeGoods } from './make-good.ts';
import { calendarDays, sumsByCurrency } from './totals.ts';
import { dayOf, nextDay, startOfDay } from './zoned-day.ts';

type Desk = { db: Sql; events: Pick<Events, 'query'>; caller: Caller };
type Period = { id: string; from: string; to: string };

const kinds = { cpm: 'impression', vcpm: 'viewable', cpc: 'click', cpa: 'conversion' } as const;
const unitsOfModel = { cpm: 'impressions', vcpm: 'viewable_impressions', cpc: 'clicks', cpa: 'conversions' } as const;

/** Throws bad-input for a period the wrong way round, not-found for an order that the caller may not see. */
export async function invoiceBasis({ db, events, caller }: Desk, { id, from, to }: Period): Promise<InvoiceBasis> {
  if (to < from) throw new Refusal('bad-input', 'to: must not be before from.', { field: 'to' });
  const order = await readOrder(db, caller, id);
  const rows = (await rowsOfOrder(db, caller, id)).filter(
    ({ state }) => !['draft', 'proposed', 'reserved'].includes(state),
  );
  const delivered = await readDelivery(events, caller.org_id, { ids: rows.map((row) => row.id), from, to });
  const made = await listMakeGoods(db, caller, id);
  const lines = rows.map((row) => ({
    ...invoiceLine(row, delivered.get(row.id) ?? none(), { from, to }),
    make_good_of: made.find(({ made_line_item_id }) => made_line_item_id === row.id)?.line_name ?? null,
  }));
  const credits = made
    .filter(({ kind, day }) => kind === 'credit' && day >= from && day <= to)
    .map(({ line_item_id, line_name, day, note, amount }) => ({
      line_item_id,
      name: line_name,
      day,
      note,
      amount: { ...amount, amount: -amount.amount },
    }));
  return {
    order_id: order.id,
    order_name: order.name,
    advertiser_name: order.advertiser_name,
    po_number: order.po_number,
    from,
    to,
    lines,
    credits,
    totals: sumsByCurrency([...lines, ...credits].map(({ amount }) => amount)),
  };
}

type Billed = Pick<
  LineItemRow,
  | 'id'
  | 'name'
  | 'state'
  | 'rate_model'
  | 'rate_amount'
  | 'currency'
  | 'goal_unit'
  | 'goal_quantity'
  | 'starts_at'
  | 'ends_at'
  | 'time_zone'
>;

/**
 * One line over a period: what is billed until its end less what was billed before it, so that the periods of a line add up to its
 * whole price, to the minor unit. Quantities are billed as far as they were ordered; days and lump sums by the days that have run.
 */
export function invoiceLine(
  row: Billed,
  delivery: Delivery,
  { from, to }: { from: string; to: string },
): Omit<InvoiceLine, 'make_good_of'> {
  const { rate_model: model, rate_amount: rate, currency } = row;
  const common = {
    line_item_id: row.id,
    name: row.name,
    state: row.state,
    model,
    rate: { amount: rate, currency },
  };
  if (model === 'cpd' || model === 'flat') {
    const all = calendarDays(row.starts_at, row.ends_at, row.time_zone);
    const until = daysUntil(row, to);
    const before = daysUntil(row, nextDay(from, -1));
    const worth = (days: number) => (model === 'cpd' ? days * rate : Math.round((rate * days) / all));
    // A line that was cancelled before it ran owes nothing; what it ran is settled by hand.
    const owes = row.state !== 'cancelled';
    return {
      ...common,
      unit: model === 'cpd' ? 'days' : 'line',
      ordered: model === 'cpd' ? all : 1,
      delivered: until - before,
      delivered_to_date: until,
      billable: owes ? (model === 'cpd' ? until - before : round((until - before) / all)) : 0,
      amount: { amount: owes ? worth(until) - worth(before) : 0, currency },
    };
  }
  const unit = unitsOfModel[model];
  const { before, within } = delivery[kinds[model]];
  // A goal in another unit (a share of requests, for one) sets no limit to what is counted here.
  const most = row.goal_unit === unit ? row.goal_quantity : Number.POSITIVE_INFINITY;
  const per = model === 'cpm' || model === 'vcpm' ? 1000 : 1;
  const worth = (units: number) => Math.round((units * rate) / per);
  const [old, now] = [Math.min(before, most), Math.min(before + within, most)];
  return {
    ...common,
    unit,
    ordered: Number.isFinite(most) ? most : null,
    delivered: within,
    delivered_to_date: before + within,
    billable: now - old,
    amount: { amount: worth(now) - worth(old), currency },
  };
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/** Days of a line that have run when a day is over. */
function daysUntil({ starts_at, ends_at, time_zone }: Billed, day: string): number {
  if (day < dayOf(starts_at, time_zone)) return 0;
  const end = Math.min(Date.parse(startOfDay(nextDay(day), time_zone)), Date.parse(ends_at));
  return end <= Date.parse(starts_at) ? 0 : calendarDays(starts_at, new Date(end).toISOString(), time_zone);
}

const heads = {
  en: [
    'Order',
    'PO number',
    'Advertiser',
    'From',
    'To',
    'Line',
    'State',
    'Unit',
    'Price model',
    'Rate',
    'Ordered',
    'Delivered',
    'Delivered to date',
    'Billable',
    'Amount',
    'Currency',
    'Make-good of',
  ],
  fr: [
    'Bon de commande',
    'N° de commande',
    'Annonceur',
    'Du',
    'Au',
    'Ligne',
    'État',
    'Unité',
    'Modèle de prix',
    'Tarif',
    'Commandé',
    'Diffusé',
    'Diffusé à ce jour',
    'Facturable',
    'Montant',
    'Devise',
    'Compense',
  ],
} as const;

const creditWord = { en: 'credit', fr: 'avoir' };

export function invoiceCsv(basis: InvoiceBasis, language: 'en' | 'fr'): FileReply {
  const rows = basis.lines.map((line) => [
    basis.order_name,
    basis.po_number ?? '',
    basis.advertiser_name,
    basis.from,
    basis.to,
    line.name,
    line.state,
    line.unit,
    line.model,
    decimal(line.rate.amount, line.rate.currency),
    line.ordered ?? '',
    line.delivered,
    line.delivered_to_date,
    line.billable,
    decimal(line.amount.amount, line.amount.currency),
    line.amount.currency,
    line.make_good_of ?? '',
  ]);
  const credits = basis.credits.map((credit) => [
    basis.order_name,
    basis.po_number ?? '',
    basis.advertiser_name,
    credit.day,
    credit.day,
    `${credit.name} · ${creditWord[language]}`,
    ...Array.from({ length: 8 }, () => ''),
    decimal(credit.amount.amount, credit.amount.currency),
    credit.amount.currency,
    credit.name,
  ]);
  return {
    bytes: `\uFEFF${[heads[language], ...rows, ...credits].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`,
    media_type: 'text/csv; charset=utf-8',
    file_name: `${basis.order_name.replace(/[^\p{L}\p{N}._ -]+/gu, '-').slice(0, 80)} ${basis.from} ${basis.to}.csv`,
  };
}

/** Minor units as a decimal number of the currency. */
function decimal(amount: number, currency: string): string {
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return (amount / 10 ** digits).toFixed(digits);
}

/** Text that a spreadsheet would run as a formula is made plain text by a leading apostrophe (OWASP, CSV injection). */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",;\r\n\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
