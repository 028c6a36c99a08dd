import { audit } from '#people';
import { newId, Refusal, type Caller, type Database, type FileStore, type Sql, type UploadedFile } from '#platform';
import type * as z from 'zod';
import type { Creative, createCreative as createRoute } from './contract.ts';
import { keepInspection } from './check-creative.ts';
import { bodyOf } from './creative-body.ts';
import { readCreative } from './creative.ts';
import { checkLandingUrl } from './landing-url.ts';

type Input = z.output<(typeof createRoute)['input']>;
type Services = { db: Database; files: FileStore };

/**
 * Stores a creative of any kind and leaves it waiting for approval. The files are on disk before their row exists: a row
 * never points to nothing.
 */
export async function createCreative(
  { db, files }: Services,
  caller: Caller,
  input: Input,
  uploads: readonly UploadedFile[],
): Promise<Creative> {
  const landing_url = checkLandingUrl(input.landing_url);
  await checkAdvertiser(db, caller, input.advertiser_id);
  const body = await bodyOf({ sql: db, files, caller }, input, uploads);
  const title = body.content && 'title' in body.content ? body.content.title : undefined;
  const name = input.name ?? title ?? body.file_name ?? body.kind;

  return db.transaction(async (tx) => {
    await checkAdvertiser(tx, caller, input.advertiser_id);
    const id = newId('cr');
    await tx.query(
      `insert into creatives (id, org_id, advertiser_id, name, kind, width, height, landing_url, state, file_hash, file_name, media_type, weight_bytes, content)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $11, $12, $13)`,
      [
        id,
        caller.org_id,
        input.advertiser_id,
        name,
        body.kind,
        body.width,
        body.height,
        landing_url,
        body.file_hash,
        body.file_name,
        body.media_type,
        body.weight_bytes,
        body.content === null ? null : JSON.stringify(body.content),
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
  });
}

async function checkAdvertiser(sql: Sql, caller: Caller, id: string): Promise<void> {
  const found = await sql.one('select id from advertisers where id = $1 and org_id = $2 for key share', [
    id,
    caller.org_id,
  ]);
  if (!found) throw new Refusal('not-found', 'advertiser_id: there is no such advertiser.', { field: 'advertiser_id' });
}
