import type { Caller, Sql } from '#platform';
import type { LineItem, LineItemState, OrderSummary } from './contract.ts';
import { rowsOfOrder, toLineItem } from './line-item.ts';
import { readOrder } from './order.ts';
import { sumsByCurrency } from './totals.ts';

const counted: readonly LineItemState[] = ['booked', 'live', 'paused', 'ended'];

/** An order with its lines and the worth of those that are sold, by currency. */
export async function orderSummary(sql: Sql, caller: Caller, id: string): Promise<OrderSummary> {
  const { order, lines } = await orderWithLines(sql, caller, id);
  const sold = lines.filter((line) => counted.includes(line.state));
  return { order, lines, booked: sumsByCurrency(sold.flatMap((line) => line.booked_amount ?? [])) };
}

/** Throws not-found. Lines come first to start first. */
export async function orderWithLines(
  sql: Sql,
  caller: Caller,
  id: string,
): Promise<{ order: OrderSummary['order']; lines: LineItem[] }> {
  const order = await readOrder(sql, caller, id);
  return { order, lines: await lineItemsOfOrder(sql, caller, id) };
}

export const lineItemsOfOrder = async (sql: Sql, caller: Caller, orderId: string): Promise<LineItem[]> =>
  (await rowsOfOrder(sql, caller, orderId)).map((row) => toLineItem(row));
