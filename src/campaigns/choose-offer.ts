/** Choosing an offer: a bought order with its booked lines and a purchase insertion order, in one transaction. */
import { externalPlace } from '#inventory';
import { Refusal, type Caller, type Clock, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { Rfp } from './contract.ts';
import { createLineItemWithin } from './create-line-item.ts';
import { issueInsertionOrderWithin } from './insertion-order.ts';
import { moveWithin } from './move-line-item.ts';
import { createOrderWithin } from './order.ts';
import { itemTerms, type OfferLine } from './rfp-lines.ts';
import { tell, trail } from './rfp-moves.ts';
import { type InvitationRow, invitationRow, readRfp, rfpRow, sayTo } from './rfp.ts';
import { nextInvitationState } from './rfp-states.ts';

/**
 * Takes an offer as it was last made, whole or some of its lines. Sites and placements that are not known yet are added as external
 * ones of the publisher. Throws wrong-state where there is no offer to choose, saying why.
 */
export const chooseOffer = (
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  { id, po_number, lines: taken, note }: z.output<(typeof contract.chooseOffer)['input']>,
): Promise<Rfp> =>
  db.transaction(async (tx) => {
    const now = clock();
    const row = await invitationRow(tx, caller, id, true);
    const to = nextInvitationState(row.state, 'choose');
    const rfp = await rfpRow(tx, caller, row.rfp_id, true);
    const chosen = takenOf(row.offer ?? [], taken);
    const order = await createOrderWithin(tx, caller, {
      advertiser_id: rfp.advertiser_id,
      name: `${rfp.name} · ${row.publisher_name}`.slice(0, 200),
      side: 'buy',
      publisher_id: row.publisher_id,
      po_number,
    });
    for (const line of chosen) {
      const place = await placeOf(tx, caller, row, line, rfp.currency);
      const terms = itemTerms(line, { currency: rfp.currency, zone: place.time_zone, placement: place.id });
      const made = await createLineItemWithin(tx, caller, { ...terms, order_id: order.id });
      await moveWithin(tx, caller, { id: made.id, to: 'booked', now });
    }
    const paper = await issueInsertionOrderWithin(tx, caller, {
      id: order.id,
      language: rfp.language,
      terms: rfp.terms,
      now,
    });
    await tx.query('update rfp_invitations set state = $2, order_id = $3 where id = $1', [id, to, order.id]);
    await sayTo(tx, row, { kind: 'choose', side: 'us', author: caller.name, at: now, note });
    await trail(tx, caller, row, 'choose', { state: to, order_id: order.id, insertion_order: paper.number });
    await tell(tx, row, { kind: 'chosen', author: caller.name, at: now, note, rfp });
    return readRfp(tx, caller, row.rfp_id);
  });

function takenOf(lines: readonly OfferLine[], taken: readonly string[] | undefined): OfferLine[] {
  if (taken === undefined) return [...lines];
  for (const [index, id] of taken.entries()) {
    const field = `lines.${index}`;
    if (!lines.some((line) => line.id === id))
      throw new Refusal('bad-input', `${field}: the offer has no such line.`, { field });
  }
  return lines.filter(({ id }) => taken.includes(id));
}

async function placeOf(
  tx: Sql,
  caller: Caller,
  row: InvitationRow,
  line: OfferLine,
  currency: string,
): Promise<{ id: string; time_zone: string }> {
  if (line.placement_id === null)
    return externalPlace(tx, caller, {
      site: line.site,
      publisher: { id: row.publisher_id, name: row.publisher_name },
      name: line.where || line.name,
      formats: line.sizes,
      currency,
    });
  const known = await tx.one<{ id: string; time_zone: string }>(
    'select p.id, s.time_zone from placements p join sites s on s.id = p.site_id where p.id = $1 and p.org_id = $2',
    [line.placement_id, caller.org_id],
  );
  if (!known) throw new Refusal('not-found', `The placement of "${line.name}" is gone.`);
  return known;
}
