/** What comes in by a resumable upload, from a colleague or from the other side of a private link. */
import { Refusal, type Caller, type Clock, type Database, type FileStore, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { Creative } from './contract.ts';
import { createCreative } from './create-creative.ts';
import { creativeRow } from './creative.ts';
import { holderOf } from './creative-link.ts';
import { onlyScope } from './exchange.ts';
import type { Uploads } from './uploads.ts';

type Desk = { db: Database; files: FileStore; clock: Clock };

/** Makes a creative of a complete upload; unless said otherwise it is put on the lines that need its size. */
export async function createFromUpload(
  desk: Desk,
  uploads: Uploads,
  caller: Caller,
  { id, ...input }: z.output<(typeof contract.createCreativeFromUpload)['input']>,
): Promise<Creative> {
  const file = await uploads.read(id, caller);
  const creative = await createCreative(desk, caller, { ...input, match: input.match ?? true }, [file]);
  await uploads.remove(id);
  return creative;
}

/** The holder of a link, for the door where the bytes come in. Throws not-found and not-allowed. */
export const uploaderOfLink = async (sql: Sql, token: string, now: Date): Promise<Caller> =>
  (await holderOf(sql, token, { now, purpose: 'exchange', may: 'upload' })).caller;

/** The same by private link: for the advertiser of the link, and its order where it names one. */
export async function deliver(
  desk: Desk,
  uploads: Uploads,
  { token, upload_id, request_id, ...input }: z.output<(typeof contract.deliverCreative)['input']>,
): Promise<Creative> {
  const { link, caller } = await holderOf(desk.db, token, { now: desk.clock(), purpose: 'exchange', may: 'upload' });
  if (link.advertiser_id === null) throw new Refusal('not-found', 'This link leads nowhere.');
  if (input.replaces !== undefined)
    await onlyScope(desk.db, link, (await creativeRow(desk.db, caller, input.replaces)).id);
  if ((upload_id === undefined) === (input.content === undefined))
    throw new Refusal('bad-input', 'upload_id: send a file or content, one of the two.', { field: 'upload_id' });
  const sent = upload_id === undefined ? [] : [await uploads.read(upload_id, caller)];
  const creative = await createCreative(
    desk,
    caller,
    { ...input, advertiser_id: link.advertiser_id, match: true },
    sent,
    { order_id: link.order_id, request_id },
  );
  if (upload_id !== undefined) await uploads.remove(upload_id);
  return creative;
}
