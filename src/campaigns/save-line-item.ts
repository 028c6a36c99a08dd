import type { Sql } from '#platform';
import type { LineItemTerms as Terms } from './contract.ts';

/** The columns of a line item's terms, in the order of `valuesOf`. */
const columns = [
  'name',
  'type',
  'priority',
  'goal_unit',
  'goal_quantity',
  'goal_id',
  'rate_model',
  'rate_amount',
  'currency',
  'starts_at',
  'ends_at',
  'placements',
  'sizes',
  'targeting',
  'frequency_caps',
  'daily_cap',
  'lifetime_cap',
  'pacing',
  'pacing_curve',
  'roadblock',
  'exclusion_labels',
  'excluded_advertisers',
  'rotation',
];

const valuesOf = (terms: Terms): unknown[] => [
  terms.name,
  terms.type,
  terms.priority,
  terms.goal.unit,
  terms.goal.quantity,
  terms.goal.goal_id ?? null,
  terms.rate.model,
  terms.rate.amount,
  terms.rate.currency,
  new Date(terms.start).toISOString(),
  new Date(terms.end).toISOString(),
  terms.placements,
  terms.sizes,
  terms.targeting === null ? null : JSON.stringify(terms.targeting),
  JSON.stringify(terms.frequency_caps),
  terms.daily_cap,
  terms.lifetime_cap,
  terms.pacing,
  terms.pacing_curve === null ? null : JSON.stringify(terms.pacing_curve),
  terms.roadblock,
  terms.exclusion_labels,
  terms.excluded_advertisers,
  terms.rotation,
];

/** A new line item, in draft. */
export async function insertLineItem(
  tx: Sql,
  line: { id: string; org_id: string; order_id: string; terms: Terms },
): Promise<void> {
  const marks = columns.map((_, index) => `$${index + 4}`).join(', ');
  await tx.query(`insert into line_items (id, org_id, order_id, ${columns.join(', ')}) values ($1, $2, $3, ${marks})`, [
    line.id,
    line.org_id,
    line.order_id,
    ...valuesOf(line.terms),
  ]);
}

export async function updateLineItem(tx: Sql, id: string, terms: Terms): Promise<void> {
  const marks = columns.map((column, index) => `${column} = $${index + 2}`).join(', ');
  await tx.query(`update line_items set ${marks} where id = $1`, [id, ...valuesOf(terms)]);
}
