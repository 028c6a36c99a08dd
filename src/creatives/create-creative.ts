import { audit } from '#people';
import { newId, Refusal, type Caller, type Database, type FileStore, type Sql, type UploadedFile } from '#platform';
import type * as z from 'zod';
import type { Creative, createCreative as createRoute } from './contract.ts';
import { keepInspection } from './check-creative.ts';
import { type Body, bodyOf } from './creative-body.ts';
import { creativeRow, readCreative } from './creative.ts';
import { checkLandingUrl } from './landing-url.ts';
import { assignLike, matchCreative } from './match-creative.ts';

export type CreativeInput = z.output<(typeof createRoute)['input']>;
type Services = { db: Database; files: FileStore };

/** Which of its advertiser's lines a creative is for, where that is known. */
export type For = { order_id?: string | null | undefined; request_id?: string | undefined };

/**
 * Stores a creative of any kind; it waits for approval, after the browser has looked at it where it is a page. The files are on
 * disk before their row exists: a row never points to nothing.
 */
export async function createCreative(
  { db, files }: Services,
  caller: Caller,
  input: CreativeInput,
  uploads: readonly UploadedFile[],
  whose: For = {},
): Promise<Creative> {
  const landing_url = checkLandingUrl(input.landing_url);
  await checkAdvertiser(db, caller, input.advertiser_id);
  const body = await bodyOf({ sql: db, files, caller }, input, uploads);
  return db.transaction(async (tx) => {
    const creative = await keepCreative(tx, files, caller, { ...input, landing_url }, body);
    if (input.replaces !== undefined) await assignLike(tx, caller, creative.id, input.replaces);
    if (input.match) await matchCreative(tx, caller, creative, whose);
    if (input.replaces === undefined && !input.match) return creative;
    // The limits are those of the places where it is to run by now.
    await keepInspection(tx, files, caller, creative.id);
    return readCreative(tx, caller, creative.id);
  });
}

/** Writes the row of a creative whose files are stored, in the caller's transaction. */
export async function keepCreative(
  tx: Sql,
  files: FileStore,
  caller: Caller,
  input: CreativeInput,
  body: Body,
): Promise<Creative> {
  await checkAdvertiser(tx, caller, input.advertiser_id);
  const id = newId('cr');
  const before = input.replaces === undefined ? undefined : await versionBefore(tx, caller, input, input.replaces);
  const title = body.content && 'title' in body.content ? body.content.title : undefined;
  const name = input.name ?? before?.name ?? title ?? body.file_name ?? body.kind;
  const isPage = body.kind === 'html5' || body.kind === 'tag';
  await tx.query(
    `insert into creatives (id, org_id, advertiser_id, name, kind, width, height, landing_url, state, file_hash, file_name, media_type,
       weight_bytes, content, original_hash, version_of, version, tags, rights_until, ab_group, payer, legal_text, language)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
    [
      id,
      caller.org_id,
      input.advertiser_id,
      name,
      body.kind,
      body.width,
      body.height,
      input.landing_url,
      isPage ? 'checking' : 'waiting',
      body.file_hash,
      body.file_name,
      body.media_type,
      body.weight_bytes,
      body.content === null ? null : JSON.stringify(body.content),
      body.original_hash ?? null,
      before?.family_id ?? null,
      before ? before.newest + 1 : 1,
      input.tags ?? before?.tags ?? [],
      input.rights_until ?? before?.rights_until ?? null,
      input.ab_group ?? before?.ab_group ?? null,
      input.payer ?? before?.payer ?? null,
      input.legal_text ?? before?.legal_text ?? null,
      input.language ?? before?.language ?? null,
    ],
  );
  await keepInspection(tx, files, caller, id);
  const creative = await readCreative(tx, caller, id);
  await audit(tx, caller, {
    action: 'creative.create',
    subject: { kind: 'creative', id },
    before: null,
    after: creative,
  });
  return creative;
}

/** The creative whose next version comes; the family is locked by its first member, so that two versions never share a number. */
async function versionBefore(tx: Sql, caller: Caller, input: CreativeInput, replaces: string) {
  const field = 'replaces';
  const row = await creativeRow(tx, caller, replaces).catch((error: unknown) => {
    if (error instanceof Refusal) throw new Refusal('not-found', `${field}: there is no such creative.`, { field });
    throw error;
  });
  if (row.advertiser_id !== input.advertiser_id)
    throw new Refusal('bad-input', `${field}: this creative belongs to another advertiser.`, { field });
  await tx.query('select 1 from creatives where family_id = $1 order by version for update', [row.family_id]);
  const newest = await tx.one<{ newest: number }>('select max(version) as newest from creatives where family_id = $1', [
    row.family_id,
  ]);
  return { ...row, newest: newest?.newest ?? row.version };
}

async function checkAdvertiser(sql: Sql, caller: Caller, id: string): Promise<void> {
  const found = await sql.one('select id from advertisers where id = $1 and org_id = $2 for key share', [
    id,
    caller.org_id,
  ]);
  if (!found) throw new Refusal('not-found', 'advertiser_id: there is no such advertiser.', { field: 'advertiser_id' });
}
