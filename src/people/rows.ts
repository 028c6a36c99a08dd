/** The few SQL sentences that every resource repeats: a page of rows, one row, a partial change, a removal. */
import { Refusal, type Sql } from '#platform';

/** A condition with `?` for its value; one whose value is undefined is left out. */
export type Filter = readonly [condition: string, value: unknown];

export type Paging = { limit: number; cursor?: string | undefined };

/**
 * One page by keyset: rows in the order of `key`, after the cursor, and the cursor of the next page (null: no more).
 * Stays right while rows are added or removed between two pages.
 */
export async function listRows<Row extends object>(
  sql: Sql,
  query: { select: string; filters: readonly Filter[]; key?: 'id' | 'seq'; descending?: boolean } & Paging,
): Promise<{ items: Row[]; next: string | null }> {
  const { key = 'id', descending = false, limit, cursor } = query;
  if (key === 'seq' && cursor !== undefined && !/^\d{1,15}$/.test(cursor))
    throw new Refusal('bad-input', 'cursor: must be the `next` of an earlier reply.', { field: 'cursor' });

  const { text, params } = conditions([...query.filters, [`${key} ${descending ? '<' : '>'} ?`, cursor]]);
  const rows = await sql.query<Row & { [name: string]: unknown }>(
    `${query.select} where ${text} order by ${key} ${descending ? 'desc' : 'asc'} limit ${limit + 1}`,
    params,
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? String(last[key]) : null };
}

/** A row, or a refusal in the words "There is no such …": the same for what is missing and for what is another organisation's. */
export async function requireRow<Row extends object>(
  sql: Sql,
  query: { select: string; filters: readonly Filter[]; what: string; field?: string; lock?: boolean },
): Promise<Row> {
  const { text, params } = conditions(query.filters);
  const row = await sql.one<Row>(`${query.select} where ${text}${query.lock ? ' for update' : ''}`, params);
  if (row) return row;
  const { field } = query;
  throw field === undefined
    ? new Refusal('not-found', `There is no such ${query.what}.`)
    : new Refusal('not-found', `${field}: there is no such ${query.what}.`, { field });
}

/** Sets the given columns of a row of the organisation; columns whose value is undefined stay as they are. */
export async function updateRow(
  sql: Sql,
  { table, id, org_id, values }: { table: string; id: string; org_id: string; values: Record<string, unknown> },
): Promise<void> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  const set = given.map(([column], index) => `${column} = $${index + 3}`).join(', ');
  await guarded(() =>
    sql.query(`update ${table} set ${set} where id = $1 and org_id = $2`, [
      id,
      org_id,
      ...given.map(([, value]) => value),
    ]),
  );
}

/** Adds a row made of the given columns. */
export async function insertRow(sql: Sql, table: string, values: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(values);
  const places = columns.map((_, index) => `$${index + 1}`).join(', ');
  await guarded(() =>
    sql.query(`insert into ${table} (${columns.join(', ')}) values (${places})`, Object.values(values)),
  );
}

/** Removes a row of the organisation; one that others still name is refused. */
export async function deleteRow(
  sql: Sql,
  { table, id, org_id }: { table: string; id: string; org_id: string },
): Promise<void> {
  await guarded(() => sql.query(`delete from ${table} where id = $1 and org_id = $2`, [id, org_id]));
}

/** A condition on a name that contains what was typed, whatever the case. */
export const nameHas = (typed: string | undefined): Filter => [
  'position(lower(?) in lower(name)) > 0',
  typed || undefined,
];

function conditions(filters: readonly Filter[]): { text: string; params: unknown[] } {
  const params: unknown[] = [];
  const parts: string[] = [];
  for (const [condition, value] of filters) {
    if (value === undefined) continue;
    params.push(value);
    parts.push(condition.replaceAll('?', `$${params.length}`));
  }
  return { text: parts.join(' and '), params };
}

/** PostgreSQL's own refusals in ours: 23505 unique violation, 23503 foreign key violation (its appendix A). */
async function guarded<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const detail = error instanceof Error && 'constraint' in error ? String(error.constraint) : '';
    if (code === '23505') throw new Refusal('conflict', conflictSentence(detail), conflictField(detail));
    if (code === '23503')
      throw new Refusal('conflict', 'It is still used by something else, or names something that is gone.');
    throw error;
  }
}

/** Constraint → the field that clashes; PostgreSQL names a unique constraint table_columns_key. */
const unique: Record<string, [field: string, sentence: string]> = {
  sites_domain_key: ['domain', 'this domain is already used by a site'],
  sections_site_id_path_key: ['path', 'the site already has a section with this path'],
  placements_site_id_code_key: ['code', 'the site already has a placement with this code'],
  formats_org_id_code_key: ['code', 'there is already a format with this code'],
  advertisers_org_id_name_key: ['name', 'there is already an advertiser with this name'],
  publishers_org_id_name_key: ['name', 'there is already a publisher with this name'],
  user_email_key: ['email', 'this e-mail address is already in use'],
};

function conflictSentence(constraint: string): string {
  const known = unique[constraint];
  return known ? `${known[0]}: ${known[1]}.` : 'The same thing exists already.';
}

const conflictField = (constraint: string): Record<string, unknown> => {
  const field = unique[constraint]?.[0];
  return field === undefined ? {} : { field };
};
