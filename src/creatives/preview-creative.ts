/** A creative forced onto a real page: the address of the page with a sealed word in it, which the edge understands for a while. */
import { audit } from '#people';
import { newId, Refusal, seal, type Caller, type Clock, type Database } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import { creativeRow } from './creative.ts';

/** Before approval too: that is what a preview is for. `key` seals it. Retired ones are not shown any more. */
export function previewCreative(
  { db, clock, key }: { db: Database; clock: Clock; key: string },
  caller: Caller,
  { id, url, placement, hours }: z.output<(typeof contract.previewCreative)['input']>,
): Promise<{ url: string; expires_at: string }> {
  return db.transaction(async (tx) => {
    const row = await creativeRow(tx, caller, id);
    if (row.state === 'retired')
      throw new Refusal('wrong-state', 'A retired creative is shown no more.', { state: row.state });
    const expires = new Date(clock().getTime() + hours * 3_600_000);
    // The edge needs to know it: creatives of the table are in its book until then.
    await tx.query(
      'insert into creative_previews (id, org_id, creative_id, expires_at, created_by) values ($1, $2, $3, $4, $5)',
      [newId('prv'), caller.org_id, id, expires.toISOString(), caller.name],
    );
    await tx.query('delete from creative_previews where expires_at < $1', [clock().toISOString()]);
    const page = new URL(url);
    page.searchParams.set(
      'vigie_preview',
      seal(key, {
        c: id,
        o: caller.org_id,
        e: Math.floor(expires.getTime() / 1000),
        ...(placement ? { p: placement } : {}),
      }),
    );
    await audit(tx, caller, {
      action: 'creative.preview',
      subject: { kind: 'creative', id },
      after: { url, placement, expires_at: expires.toISOString() },
    });
    return { url: page.href, expires_at: expires.toISOString() };
  });
}
