/** Private links: a studio or a client without an account hands creatives in, approves them, or follows their deadlines. */
import { createHash, randomBytes } from 'node:crypto';
import { audit, listRows } from '#people';
import { newId, Refusal, type Caller, type Clock, type Database, type Mail, type Sql } from '#platform';
import type * as z from 'zod';
import { inviteLetter } from './request-letters.ts';
import type {
  createCreativeLink as createRoute,
  CreativeLink,
  listCreativeLinks as listRoute,
} from './request-contract.ts';

const select = `select * from (select l.id, l.org_id, l.purpose, l.advertiser_id, a.name as advertiser_name, l.order_id, l.may_upload, l.may_approve, l.name, l.email,
    l.language, l.expires_at, l.revoked_at, l.last_used_at, l.created_by, l.created_at, l.token_hash
  from creative_links l left join advertisers a on a.id = l.advertiser_id) links`;

export const listLinks = (sql: Sql, caller: Caller, input: z.output<(typeof listRoute)['input']>) =>
  listRows<CreativeLink>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['advertiser_id = ?', input.advertiser_id],
      ['order_id = ?', input.order_id],
    ],
    descending: true,
    limit: input.limit,
    cursor: input.cursor,
  });

const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

type Input = z.output<(typeof createRoute)['input']>;
type Desk = { db: Database; clock: Clock; mail: Mail };
type Made = CreativeLink & { path: string };

const pathOf = (token: string, purpose: 'exchange' | 'calendar'): string =>
  `/p/${token}/${purpose === 'calendar' ? 'deadlines' : 'creatives'}`;

/** `url`: public address of this program, for the letter. Throws bad-input where the parts do not go together. */
export async function createLink(desk: Desk, caller: Caller, input: Input, url: string): Promise<Made> {
  if (input.send && input.email === undefined)
    throw new Refusal('bad-input', 'email: is needed to send the link.', { field: 'email' });
  const made = await desk.db.transaction((tx) => createLinkWithin(tx, caller, input, desk.clock()));
  if (input.send && input.email !== undefined)
    await desk.mail.send(inviteLetter(made, { to: input.email, address: url + made.path }));
  return made;
}

/** The same inside the caller's transaction, without a letter. 256 random bits; only their hash is kept. */
export async function createLinkWithin(tx: Sql, caller: Caller, input: Input, now: Date): Promise<Made> {
  const advertiser = await advertiserOf(tx, caller, input);
  if (input.purpose === 'exchange' && advertiser === null)
    throw new Refusal('bad-input', 'advertiser_id: say whose creatives, or of which order.', {
      field: 'advertiser_id',
    });
  if (input.purpose === 'exchange' && !input.may_upload && !input.may_approve)
    throw new Refusal('bad-input', 'may_upload: a link that may neither upload nor approve opens nothing.', {
      field: 'may_upload',
    });
  const id = newId('clnk');
  const token = randomBytes(32).toString('base64url');
  const isCalendar = input.purpose === 'calendar';
  await tx.query(
    `insert into creative_links (id, org_id, purpose, advertiser_id, order_id, may_upload, may_approve, name, email, language, token_hash, expires_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      id,
      caller.org_id,
      input.purpose,
      advertiser,
      input.order_id ?? null,
      !isCalendar && input.may_upload,
      !isCalendar && input.may_approve,
      input.name,
      input.email ?? null,
      input.language,
      tokenHash(token),
      new Date(now.getTime() + input.days * 86_400_000).toISOString(),
      caller.name,
    ],
  );
  const link = await readLink(tx, caller, id);
  await audit(tx, caller, { action: 'creative-link.create', subject: { kind: 'creative-link', id }, after: link });
  return { ...link, path: pathOf(token, input.purpose) };
}

async function advertiserOf(tx: Sql, caller: Caller, { advertiser_id, order_id }: Input): Promise<string | null> {
  if (order_id !== undefined) {
    const order = await tx.one<{ advertiser_id: string }>(
      'select advertiser_id from orders where id = $1 and org_id = $2',
      [order_id, caller.org_id],
    );
    if (!order) throw new Refusal('not-found', 'order_id: there is no such order.', { field: 'order_id' });
    if (advertiser_id !== undefined && advertiser_id !== order.advertiser_id)
      throw new Refusal('bad-input', 'order_id: belongs to another advertiser.', { field: 'order_id' });
    return order.advertiser_id;
  }
  if (advertiser_id === undefined) return null;
  const found = await tx.one('select 1 from advertisers where id = $1 and org_id = $2', [advertiser_id, caller.org_id]);
  if (!found) throw new Refusal('not-found', 'advertiser_id: there is no such advertiser.', { field: 'advertiser_id' });
  return advertiser_id;
}

async function readLink(sql: Sql, caller: Caller, id: string): Promise<CreativeLink> {
  const row = await sql.one<CreativeLink & { token_hash: string }>(`${select} where org_id = $1 and id = $2`, [
    caller.org_id,
    id,
  ]);
  if (!row) throw new Refusal('not-found', 'There is no such link.');
  const { token_hash: _, ...link } = row;
  return link;
}

export const revokeLink = ({ db, clock }: Pick<Desk, 'db' | 'clock'>, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readLink(tx, caller, id);
    await tx.query('update creative_links set revoked_at = coalesce(revoked_at, $2) where id = $1', [
      id,
      clock().toISOString(),
    ]);
    await audit(tx, caller, { action: 'creative-link.revoke', subject: { kind: 'creative-link', id }, before });
  });

export type Holder = { link: CreativeLink & { org_id: string; org_name: string }; caller: Caller };

/**
 * Who holds a token: the link, and a caller who sees what a client of its advertiser sees. Throws not-found for a token that is
 * unknown, expired or revoked, all in the same words.
 */
export async function holderOf(
  sql: Sql,
  token: string,
  { now, purpose, may }: { now: Date; purpose: 'exchange' | 'calendar'; may?: 'upload' | 'approve' },
): Promise<Holder> {
  const link = await sql.one<Holder['link']>(
    `select links.*, o.name as org_name from (${select} where token_hash = $1 and revoked_at is null and expires_at > $2 and purpose = $3) links
     join organisations o on o.id = links.org_id`,
    [tokenHash(token), now.toISOString(), purpose],
  );
  if (!link) throw new Refusal('not-found', 'This link leads nowhere: it may have expired or been revoked.');
  if ((may === 'upload' && !link.may_upload) || (may === 'approve' && !link.may_approve))
    throw new Refusal('not-allowed', `This link does not allow to ${may}.`);
  await sql.query(
    `update creative_links set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [link.id, now.toISOString()],
  );
  const caller: Caller = {
    kind: 'system',
    id: `link:${link.id}`,
    name: `${link.name} (private link)`,
    org_id: link.org_id,
    role: 'client',
    advertiser_id: link.advertiser_id,
  };
  return { link, caller };
}
