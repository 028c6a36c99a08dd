/** The other side: whoever holds a private link sees what is needed, what is there and what is wrong with it, and may approve. */
import { Refusal, type Caller, type Clock, type Database, type FileReply, type FileStore, type Sql } from '#platform';
import type * as z from 'zod';
import { moveCreative } from './change-creative.ts';
import { checkIn } from './check-words.ts';
import { addComment, listComments } from './comments.ts';
import type * as contract from './contract.ts';
import type { Creative, CreativeCheck, CreativeComment, Exchange, ExchangeCreative } from './contract.ts';
import { creativeFile } from './creative-file.ts';
import { holderOf, type Holder } from './creative-link.ts';
import { readCreative } from './creative.ts';
import { listRequests } from './request.ts';

type Desk = { db: Database; clock: Clock };
/** Creatives and requests shown at once. */
const most = 100;

type Link = Holder['link'];

/**
 * The creatives that a link shows: its advertiser's, of its order where it names one (those on its lines, and all versions of
 * them), and in any case what came by the link itself.
 */
async function scopeOf(sql: Sql, link: Link): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select c.id from creatives c where c.org_id = $1 and c.advertiser_id = $2
       and (c.state <> 'retired' or exists (select 1 from creatives n where n.family_id = c.family_id and n.version > c.version))
       and ($3::text is null or c.family_id in (
         select f.family_id from creatives f join assignments y on y.creative_id = f.id join line_items l on l.id = y.line_item_id where l.order_id = $3)
         or exists (select 1 from audit_entries e where e.org_id = $1 and e.actor_id = $4 and e.action = 'creative.create' and e.subject_id = c.id))
     order by c.id desc limit ${most}`,
    [link.org_id, link.advertiser_id, link.order_id, `link:${link.id}`],
  );
  return rows.map(({ id }) => id);
}

/** Throws not-found for a creative that the link does not show. */
export async function onlyScope(sql: Sql, link: Link, id: string): Promise<void> {
  if (!(await scopeOf(sql, link)).includes(id)) throw new Refusal('not-found', 'There is no such creative.');
}

export async function readExchange({ db, clock }: Desk, token: string, edgeUrl: string): Promise<Exchange> {
  const now = clock();
  const { link, caller } = await holderOf(db, token, { now, purpose: 'exchange' });
  const { items } = await listRequests(
    db,
    caller,
    { limit: most, ...(link.order_id === null ? {} : { order_id: link.order_id }) },
    now,
  );
  const creatives: ExchangeCreative[] = [];
  for (const id of await scopeOf(db, link)) creatives.push(await shown(db, caller, id));
  return {
    seller: link.org_name,
    advertiser: link.advertiser_name ?? '',
    may_upload: link.may_upload,
    may_approve: link.may_approve,
    expires_at: link.expires_at,
    edge: edgeUrl,
    requests: items.map((item) => {
      const { creatives: _, ...request } = item;
      return request;
    }),
    creatives,
  };
}

async function shown(sql: Sql, caller: Caller, id: string): Promise<ExchangeCreative> {
  const creative = await readCreative(sql, caller, id);
  const { items } = await listComments(sql, caller, id);
  return exchangeOf(
    creative,
    items.filter((one) => one.creative_id === id),
  );
}

/** Field by field: our tags, prices and notes are not shown. */
const exchangeOf = (creative: Creative, comments: CreativeComment[]): ExchangeCreative => ({
  id: creative.id,
  name: creative.name,
  kind: creative.kind,
  width: creative.width,
  height: creative.height,
  state: creative.state,
  state_reason: creative.state_reason,
  version: creative.version,
  family_id: creative.family_id,
  landing_url: creative.landing_url,
  weight_bytes: creative.weight_bytes,
  media_type: creative.media_type,
  preview_path: creative.preview_path,
  has_file: creative.file_url !== null && creative.kind !== 'html5' && creative.kind !== 'tag',
  title: creative.content && 'title' in creative.content ? (creative.content.title ?? null) : null,
  checked: creative.checked_at !== null,
  faults: creative.checks
    .filter(({ level }) => level !== 'ok')
    .map((check) => ({ code: check.code, level: check.level, ...said(check, 'en'), fr: said(check, 'fr') })),
  comments,
  created_at: creative.created_at,
});

function said(check: CreativeCheck, language: 'en' | 'fr'): { sentence: string; advice?: string } {
  const { sentence, advice } = checkIn(language, check);
  return { sentence, ...(advice === undefined ? {} : { advice }) };
}

/** Who decided is written in the trail by the name given. */
export async function judgeByLink(
  { db, clock }: Desk,
  { token, creative_id, name, verdict, reason }: z.output<(typeof contract.judgeByLink)['input']>,
): Promise<ExchangeCreative> {
  if (verdict === 'reject' && reason === '')
    throw new Refusal('bad-input', 'reason: say what is to be changed.', { field: 'reason' });
  const { link, caller } = await holderOf(db, token, { now: clock(), purpose: 'exchange', may: 'approve' });
  await onlyScope(db, link, creative_id);
  const who = { ...caller, name: `${name} (private link)` };
  await moveCreative(
    db,
    who,
    verdict === 'approve' ? { id: creative_id, to: 'approved' } : { id: creative_id, to: 'rejected', reason },
  );
  return shown(db, caller, creative_id);
}

export async function remarkByLink(
  desk: Desk,
  { token, creative_id, name, ...pin }: z.output<(typeof contract.remarkByLink)['input']>,
): Promise<CreativeComment> {
  const { link, caller } = await holderOf(desk.db, token, { now: desk.clock(), purpose: 'exchange' });
  await onlyScope(desk.db, link, creative_id);
  return addComment(desk, caller, creative_id, pin, name);
}

export async function exchangeFile(
  { db, clock, files }: Desk & { files: FileStore },
  { token, creative_id }: { token: string; creative_id: string },
): Promise<FileReply> {
  const { link, caller } = await holderOf(db, token, { now: clock(), purpose: 'exchange' });
  await onlyScope(db, link, creative_id);
  return creativeFile({ db, files }, caller, creative_id);
}

/** A creative that was just handed in, as its maker sees it. */
export const shownTo = (creative: Creative): ExchangeCreative => exchangeOf(creative, []);
