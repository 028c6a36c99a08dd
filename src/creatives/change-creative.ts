import { audit } from '#people';
import { Refusal, type Caller, type Database, type FileStore, type Sql } from '#platform';
import type * as z from 'zod';
import type { changeCreative as changeRoute, Creative, CreativeState } from './contract.ts';
import { keepInspection } from './check-creative.ts';
import { contentBody } from './creative-body.ts';
import { type CreativeRow, creativeRow, readCreative } from './creative.ts';
import { checkLandingUrl } from './landing-url.ts';
import { assignLike } from './match-creative.ts';
import { mayMoveCreative, whyCreativeMayNotMove } from './states.ts';

type Change = z.output<(typeof changeRoute)['input']>;

/** Changes name, landing page or content. What was approved or rejected has to be judged again when more than its name changes. */
export function changeCreative(
  { db, files }: { db: Database; files: FileStore },
  caller: Caller,
  change: Change,
): Promise<Creative> {
  return db.transaction(async (tx) => {
    const row = await creativeRow(tx, caller, change.id, 'for update of c');
    if (row.state === 'retired')
      throw new Refusal('wrong-state', 'A retired creative cannot be changed.', { state: row.state });

    const before = await readCreative(tx, caller, row.id);
    const landing = change.landing_url === undefined ? row.landing_url : checkLandingUrl(change.landing_url);
    const isNew = landing !== row.landing_url || change.content !== undefined;
    const state: CreativeState = isNew && mayMoveCreative(row.state, 'waiting') ? 'waiting' : row.state;
    await write({ sql: tx, files, caller }, row, { ...change, landing, state });

    await describe(tx, row, change);
    if (change.content || describes(change)) await keepInspection(tx, files, caller, row.id);

    const after = await readCreative(tx, caller, row.id);
    await audit(tx, caller, { action: 'creative.change', subject: { kind: 'creative', id: row.id }, before, after });
    return after;
  });
}

const describes = ({ payer, legal_text, language, rights_until }: Change): boolean =>
  [payer, legal_text, language, rights_until].some((value) => value !== undefined);

/** What is said of it beside its content: nothing that is shown changes, so that nobody has to judge again. */
async function describe(tx: Sql, row: CreativeRow, change: Change): Promise<void> {
  const pick = <K extends 'tags' | 'rights_until' | 'ab_group' | 'payer' | 'legal_text' | 'language'>(key: K) =>
    change[key] === undefined ? row[key] : change[key];
  await tx.query(
    'update creatives set tags = $2, rights_until = $3, ab_group = $4, payer = $5, legal_text = $6, language = $7 where id = $1',
    [
      row.id,
      pick('tags'),
      pick('rights_until'),
      pick('ab_group') || null,
      pick('payer') || null,
      pick('legal_text') || null,
      pick('language'),
    ],
  );
}

async function write(
  store: { sql: Sql; files: FileStore; caller: Caller },
  row: CreativeRow,
  change: Change & { landing: string; state: CreativeState },
): Promise<void> {
  const { sql } = store;
  await sql.query(
    `update creatives set name = $2, landing_url = $3, state = $4, state_reason = case when state = $4 then state_reason end where id = $1`,
    [row.id, change.name ?? row.name, change.landing, change.state],
  );
  if (!change.content) return;
  const { kind } = row;
  // What is shown of these is their file: a new one is a new creative.
  if (kind === 'image' || kind === 'html5' || (kind === 'video' && row.file_hash !== null))
    throw new Refusal(
      'bad-input',
      `content: ${kind === 'video' ? 'a film' : `an ${kind} creative`} has none to change.`,
      {
        field: 'content',
      },
    );
  const size = { width: row.width ?? undefined, height: row.height ?? undefined };
  const body = await contentBody(store, kind, { ...size, advertiser_id: row.advertiser_id, content: change.content });
  await sql.query(
    'update creatives set content = $2, file_hash = $3, file_name = $4, media_type = $5, weight_bytes = $6 where id = $1',
    [
      row.id,
      JSON.stringify(body.content),
      body.file_hash ?? null,
      body.file_name ?? null,
      body.media_type ?? null,
      body.weight_bytes ?? null,
    ],
  );
}

/** Approves, rejects (with a reason) or retires; a creative already in that state stays as it is. Throws wrong-state. */
export function moveCreative(
  db: Database,
  caller: Caller,
  move: { id: string; to: CreativeState; reason?: string },
): Promise<Creative> {
  return db.transaction(async (tx) => {
    const row = await creativeRow(tx, caller, move.id, 'for update of c');
    const before = await readCreative(tx, caller, row.id);
    if (row.state === move.to && row.state_reason === (move.reason ?? null)) return before;
    if (row.state !== move.to && !mayMoveCreative(row.state, move.to)) {
      throw new Refusal('wrong-state', whyCreativeMayNotMove(row.state, move.to), { from: row.state, to: move.to });
    }
    await tx.query('update creatives set state = $2, state_reason = $3 where id = $1', [
      row.id,
      move.to,
      move.reason ?? null,
    ]);
    if (move.to === 'approved') await takeOver(tx, caller, row);
    const after = await readCreative(tx, caller, row.id);
    await audit(tx, caller, {
      action: `creative.${verbs[move.to]}`,
      subject: { kind: 'creative', id: row.id },
      before,
      after,
    });
    return after;
  });
}

/** The approved version takes the places of the others, which are retired (late clicks on them still lead somewhere); what came before it and was never judged goes too. */
async function takeOver(tx: Sql, caller: Caller, { id, family_id, version }: CreativeRow): Promise<void> {
  const others = await tx.query<{ id: string }>(
    `select id from creatives where family_id = $1 and id <> $2
       and (state = 'approved' or (version < $3 and state in ('uploaded', 'checking', 'waiting'))) order by version for update`,
    [family_id, id, version],
  );
  for (const other of others) {
    await assignLike(tx, caller, id, other.id);
    const before = await readCreative(tx, caller, other.id);
    await tx.query(`update creatives set state = 'retired', state_reason = $2 where id = $1`, [
      other.id,
      `Replaced by version ${version}.`,
    ]);
    await audit(tx, caller, {
      action: 'creative.retire',
      subject: { kind: 'creative', id: other.id },
      before,
      after: await readCreative(tx, caller, other.id),
    });
  }
}

const verbs: Record<CreativeState, string> = {
  uploaded: 'upload',
  checking: 'check',
  waiting: 'submit',
  approved: 'approve',
  rejected: 'reject',
  retired: 'retire',
};

/** Deletes a creative that no line item uses; its file stays, other creatives may share it. */
export function deleteCreative(db: Database, caller: Caller, id: string): Promise<void> {
  return db.transaction(async (tx) => {
    const before = await readCreative(tx, caller, (await creativeRow(tx, caller, id, 'for update of c')).id);
    const used = await tx.one('select 1 from assignments where creative_id = $1 limit 1', [id]);
    if (used)
      throw new Refusal('wrong-state', 'This creative is on a line item: retire it instead of deleting it.', { id });
    await tx.query('delete from creatives where id = $1', [id]);
    await audit(tx, caller, { action: 'creative.delete', subject: { kind: 'creative', id }, before, after: null });
  });
}
