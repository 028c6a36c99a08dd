import { may } from '#people/contract';
import { Refusal, type Caller } from '#platform';
import type { BulkChange, BulkResult } from './bulk-contract.ts';
import { changeWithin } from './change-line-item.ts';
import type { LineItem } from './contract.ts';
import { type Desk, inOneGo } from './in-one-go.ts';
import { moveWithin } from './move-line-item.ts';

/**
 * Changes and moves many line items: all, or none when a row is refused. Throws bad-input for a line that is there twice, not-allowed
 * for moves by somebody who may not book.
 */
export async function changeLineItems(
  desk: Desk,
  caller: Caller,
  { changes, dry_run }: { changes: readonly BulkChange[]; dry_run: boolean },
): Promise<BulkResult> {
  const seen = new Set<string>();
  for (const [index, { id, to }] of changes.entries()) {
    if (seen.has(id))
      throw new Refusal('bad-input', `changes.${index}.id: this line item is there twice.`, {
        field: `changes.${index}.id`,
      });
    seen.add(id);
    if (to !== undefined && !may(caller.role, 'campaigns.book'))
      throw new Refusal('not-allowed', `The role ${caller.role} does not hold the right campaigns.book.`, {
        field: `changes.${index}.to`,
      });
  }
  const works = changes.map(
    ({ to, force, reason, ...change }) =>
      async (...[tx, room]: Parameters<Parameters<typeof inOneGo<LineItem>>[2][number]>): Promise<LineItem> => {
        const now = desk.clock();
        const line = await changeWithin(tx, caller, change, { now, room });
        return to === undefined ? line : moveWithin(tx, caller, { id: change.id, to, force, reason, now, room });
      },
  );
  const { saved, outcomes } = await inOneGo(desk, caller, works, { dry_run });
  return {
    saved,
    refused: outcomes.filter(({ refusal }) => refusal).length,
    rows: changes.map(({ id }, index) => ({
      id,
      refusal: outcomes[index]?.refusal ?? null,
      warnings: outcomes[index]?.done?.warnings ?? [],
    })),
  };
}
