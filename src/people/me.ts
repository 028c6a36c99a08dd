import type { Caller, Sql } from '#platform';
import { type Me, RoleName, rightsOf } from './contract.ts';

/** What a screen needs to know of its caller. */
export async function describeCaller(sql: Sql, caller: Caller): Promise<Me> {
  const organisation = await sql.one<{ id: string; name: string }>('select id, name from organisations where id = $1', [
    caller.org_id,
  ]);
  const user =
    caller.kind === 'user'
      ? await sql.one<{ email: string }>('select "email" from "user" where "id" = $1', [caller.id])
      : undefined;
  return {
    user: { id: caller.id, kind: caller.kind, name: caller.name, email: user?.email ?? null },
    organisation: organisation ?? { id: caller.org_id, name: '' },
    role: RoleName.parse(caller.role),
    advertiser_id: caller.advertiser_id,
    rights: rightsOf(caller.role),
  };
}
