/** Who calls: the bearer of an API key, or the owner of a session cookie. */
import { Refusal, type Caller, type Sql } from '#platform';
import { callerOfKey } from './key.ts';
import type { SignIn } from './sign-in.ts';

type Asked = { headers: Record<string, string | string[] | undefined>; method: string };

/**
 * The caller of a request, or undefined when nobody is signed in. A key that is wrong or revoked is refused, not ignored.
 * A write with a cookie must come from our own pages (Origin header): a form on another site sends the cookie too.
 */
export async function identify(
  request: Asked,
  sql: Sql,
  signIn: Pick<SignIn, 'sessionOf' | 'origin'>,
): Promise<Caller | undefined> {
  const { authorization, cookie } = request.headers;
  if (typeof authorization === 'string' && /^bearer\b/i.test(authorization)) return bearer(sql, authorization);
  if (typeof cookie !== 'string') return undefined;

  const session = await signIn.sessionOf(new Headers({ cookie }));
  if (!session) return undefined;
  if (!isSafe(request.method) && !isSameOrigin(request.headers, signIn.origin)) {
    throw new Refusal('not-allowed', 'Origin: a signed-in page may only write from its own address.');
  }
  return callerOfUser(sql, session);
}

async function bearer(sql: Sql, authorization: string): Promise<Caller> {
  const caller = await callerOfKey(sql, authorization.slice('bearer'.length).trim());
  if (!caller) throw new Refusal('not-signed-in', 'The API key is unknown or was revoked.');
  return caller;
}

async function callerOfUser(
  sql: Sql,
  { user_id, name }: { user_id: string; name: string },
): Promise<Caller | undefined> {
  const membership = await sql.one<{ org_id: string; role: string; advertiser_id: string | null }>(
    'select org_id, role, advertiser_id from memberships where user_id = $1 order by created_at, id limit 1',
    [user_id],
  );
  return membership && { kind: 'user', id: user_id, name, ...membership };
}

const isSafe = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase());

function isSameOrigin({ origin, host }: Asked['headers'], own: string): boolean {
  if (typeof origin !== 'string') return false;
  const from = URL.parse(origin);
  return from !== null && (from.origin === own || from.host === host);
}
