/** The text of an insertion order: every word and figure as it will be read, put together once and sealed. */
import type { Caller, Sql } from '#platform';
import type { Money } from '#platform/contract';
import type { LineItemState, Order } from './contract.ts';
import { rowsOfOrder, termsOf } from './line-item.ts';
import { calendarDays, bookedAmount, sumsByCurrency } from './totals.ts';
import { dayOf } from './zoned-day.ts';

export type Paper = {
  language: 'en' | 'fr';
  number: string;
  /** Number of the one it amends; empty for the first of an order. */
  amends: string;
  issued: string;
  seller: string;
  buyer: string;
  order: string;
  po_number: string;
  lines: { name: string; where: string; dates: string; quantity: string; price: string; amount: string }[];
  totals: string[];
  terms: string;
  labels: Labels;
};
type Labels = Record<keyof (typeof words)['en'], string>;

export const words = {
  en: {
    title: 'Insertion order',
    issued: 'Issued',
    amends: 'Amends',
    seller: 'Publisher',
    buyer: 'Advertiser',
    order: 'Order',
    po: 'Purchase order',
    line: 'Line',
    where: 'Where',
    dates: 'Dates',
    quantity: 'Quantity',
    price: 'Price',
    amount: 'Amount',
    total: 'Total, net of tax',
    terms: 'Terms',
    byDelivery: 'by delivery',
    acceptance: 'Acceptance',
    acceptedBy: 'Accepted by',
    acceptedAt: 'On',
    acceptedFrom: 'From the network address',
    onPaper: 'Signed on paper',
    hash: 'Fingerprint of the document (SHA-256)',
    open: 'Not accepted yet.',
    replaced: 'Replaced by a newer insertion order.',
    signName: 'Name, title',
    signDate: 'Date, signature',
    page: 'Page',
    of: 'of',
    accept: 'Accept the insertion order',
    yourName: 'Your name',
    yourTitle: 'Your title',
    pdf: 'Read as PDF',
    failed: 'It did not work: try again.',
  },
  fr: {
    title: 'Ordre d’insertion',
    issued: 'Émis le',
    amends: 'Modifie',
    seller: 'Éditeur',
    buyer: 'Annonceur',
    order: 'Bon de commande',
    po: 'N° de commande',
    line: 'Ligne',
    where: 'Où',
    dates: 'Dates',
    quantity: 'Quantité',
    price: 'Prix',
    amount: 'Montant',
    total: 'Total hors taxes',
    terms: 'Conditions',
    byDelivery: 'selon diffusion',
    acceptance: 'Acceptation',
    acceptedBy: 'Accepté par',
    acceptedAt: 'Le',
    acceptedFrom: 'Depuis l’adresse réseau',
    onPaper: 'Signé sur papier',
    hash: 'Empreinte du document (SHA-256)',
    open: 'Pas encore accepté.',
    replaced: 'Remplacé par un ordre d’insertion plus récent.',
    signName: 'Nom, qualité',
    signDate: 'Date, signature',
    page: 'Page',
    of: 'sur',
    accept: 'Accepter l’ordre d’insertion',
    yourName: 'Votre nom',
    yourTitle: 'Votre qualité',
    pdf: 'Lire en PDF',
    failed: 'Cela n’a pas marché : réessayez.',
  },
} as const;

const units = {
  en: {
    impressions: 'impressions',
    viewable_impressions: 'viewable impressions',
    clicks: 'clicks',
    conversions: 'conversions',
    share: '% of requests',
    cpm: 'per thousand',
    vcpm: 'per thousand viewable',
    cpc: 'per click',
    cpa: 'per action',
    cpd: 'per day',
    flat: 'flat',
  },
  fr: {
    impressions: 'impressions',
    viewable_impressions: 'impressions visibles',
    clicks: 'clics',
    conversions: 'conversions',
    share: '% des appels',
    cpm: 'pour mille',
    vcpm: 'pour mille visibles',
    cpc: 'par clic',
    cpa: 'par action',
    cpd: 'par jour',
    flat: 'forfait',
  },
} as const;

/** Lines that are ordered: drafts and what was cancelled are not. */
const ordered: readonly LineItemState[] = ['reserved', 'booked', 'live', 'paused', 'ended'];

export async function paperOf(
  tx: Sql,
  caller: Caller,
  {
    order,
    language,
    terms,
    number,
    amends,
    at,
  }: { order: Order; language: 'en' | 'fr'; terms: string; number: string; amends: string; at: Date },
): Promise<Paper> {
  const said = units[language];
  const labels = words[language];
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const rows = (await rowsOfOrder(tx, caller, order.id)).filter(({ state }) => ordered.includes(state));
  const names = await placesOf(tx, caller, [...new Set(rows.flatMap(({ placements }) => placements))]);
  const house = await tx.one<{ name: string }>('select name from organisations where id = $1', [caller.org_id]);
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const count = new Intl.NumberFormat(locale);
  const money = ({ amount, currency }: Money) => {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  };
  const amounts: Money[] = [];
  const lines = rows.map((row) => {
    const { goal, rate, start, end, name, placements } = termsOf(row);
    const amount = bookedAmount({ goal, rate, days: calendarDays(start, end, row.time_zone) });
    if (amount) amounts.push(amount);
    const first = dayOf(start, row.time_zone);
    const last = dayOf(new Date(Date.parse(end) - 1).toISOString(), row.time_zone);
    return {
      name,
      where: placements.map((id) => names.get(id) ?? id).join(', '),
      dates: days.formatRange(Date.parse(first), Date.parse(last)),
      quantity: `${count.format(goal.quantity)} ${said[goal.unit]}`,
      price: `${money({ amount: rate.amount, currency: rate.currency })} ${said[rate.model]}`,
      amount: amount ? money(amount) : labels.byDelivery,
    };
  });
  const ours = house?.name ?? '';
  return {
    language,
    number,
    amends,
    issued: days.format(at),
    // Bought space is ordered from its publisher, for the advertiser.
    seller: order.side === 'sell' ? ours : (order.publisher_name ?? ''),
    buyer: order.side === 'sell' ? order.advertiser_name : `${ours} – ${order.advertiser_name}`,
    order: order.name,
    po_number: order.po_number ?? '',
    lines,
    totals: sumsByCurrency(amounts).map(money),
    terms,
    labels,
  };
}

async function placesOf(tx: Sql, caller: Caller, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; name: string }>(
    `select p.id, s.name || ' › ' || p.name as name from placements p join sites s on s.id = p.site_id where p.org_id = $1 and p.id = any($2)`,
    [caller.org_id, ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
