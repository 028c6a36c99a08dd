/** Creatives as they are kept, read and shown. */
import {
  csvFile,
  csvOfList,
  exportPage,
  instantOf,
  type ListOrder,
  orderedPage,
  Refusal,
  type Caller,
  type FileReply,
  type Sql,
} from '#platform';
import { type FormatLimits, checksOf } from './checks.ts';
import { contextChecks } from './context-checks.ts';
import { Creative, type CreativeCheck, type CreativeKind, type CreativeState } from './contract.ts';
import type { Quality } from './check-creative.ts';
import type { CreativeContent } from './creative-content.ts';

export type CreativeRow = {
  id: string;
  advertiser_id: string;
  advertiser_name: string;
  name: string;
  kind: CreativeKind;
  width: number | null;
  height: number | null;
  landing_url: string;
  state: CreativeState;
  state_reason: string | null;
  file_hash: string | null;
  file_name: string | null;
  media_type: string | null;
  weight_bytes: number | null;
  content: CreativeContent | null;
  quality: Quality | null;
  checked_at: string | null;
  family_id: string;
  version: number;
  tags: string[];
  rights_until: string | null;
  ab_group: string | null;
  payer: string | null;
  legal_text: string | null;
  language: string | null;
  original_hash: string | null;
  created_at: string;
};

export type CreativeFilter = {
  limit: number;
  cursor?: string | undefined;
  advertiser_id?: string | undefined;
  state?: CreativeState | undefined;
  kind?: CreativeKind | undefined;
  size?: string | undefined;
  q?: string | undefined;
  tag?: string | undefined;
  ab_group?: string | undefined;
  family_id?: string | undefined;
  latest?: 'true' | 'false' | undefined;
  rights_before?: string | undefined;
  order_by?: string | undefined;
};

const columns = `c.id, c.advertiser_id, a.name as advertiser_name, c.name, c.kind, c.width, c.height, c.landing_url, c.state, c.state_reason,
  c.file_hash, c.file_name, c.media_type, c.weight_bytes, c.content, c.quality, c.checked_at, c.created_at,
  c.family_id, c.version, c.tags, to_char(c.rights_until, 'YYYY-MM-DD') as rights_until, c.ab_group, c.payer, c.legal_text, c.language, c.original_hash`;

/** A client sees its own advertiser's creatives only; null sees all. */
export const ownAdvertiser = (caller: Caller): string | null =>
  caller.role === 'client' ? (caller.advertiser_id ?? '') : null;

const order: ListOrder = {
  id: 'c.id',
  columns: {
    name: 'sort_key(c.name)',
    advertiser: 'sort_key(a.name)',
    kind: 'c.kind',
    state: 'c.state',
    size: 'coalesce(c.width, 0) * 10000 + coalesce(c.height, 0)',
    weight: 'coalesce(c.weight_bytes, 0)',
    created: instantOf('c.created_at'),
  },
};

/** Newest first, unless sorted; `size` is WIDTHxHEIGHT. */
export async function listCreatives(
  sql: Sql,
  caller: Caller,
  filter: CreativeFilter,
): Promise<{ items: Creative[]; next: string | null }> {
  const [width, height] = filter.size?.split('x').map(Number) ?? [null, null];
  const { items, next } = await orderedPage<CreativeRow>(
    sql,
    {
      select: columns,
      from: 'creatives c join advertisers a on a.id = c.advertiser_id',
      where: `c.org_id = $1 and ($2::text is null or c.advertiser_id = $2) and ($3::text is null or c.advertiser_id = $3)
       and ($4::text is null or c.state = $4) and ($5::text is null or c.kind = $5)
       and ($6::int is null or (c.width = $6 and c.height = $7::int))
       and ($8::text is null or strpos(sort_key(c.name || ' ' || a.name || ' ' || array_to_string(c.tags, ' ')), sort_key($8)) > 0)
       and ($9::text is null or $9 = any(c.tags)) and ($10::text is null or c.ab_group = $10) and ($11::text is null or c.family_id = $11)
       and ($12::bool is not true or not exists (select 1 from creatives n where n.family_id = c.family_id and n.version > c.version))
       and ($13::date is null or c.rights_until < $13)`,
      params: [
        caller.org_id,
        ownAdvertiser(caller),
        filter.advertiser_id ?? null,
        filter.state ?? null,
        filter.kind ?? null,
        width,
        height,
        filter.q ?? null,
        filter.tag ?? null,
        filter.ab_group ?? null,
        filter.family_id ?? null,
        filter.latest === 'true',
        filter.rights_before ?? null,
      ],
      order,
    },
    filter,
  );
  const formats = await formatLimits(sql, caller.org_id);
  return { items: items.map((row) => toCreative(row, formats)), next };
}

/** Every creative that fits, as CSV. */
export const exportCreatives = (
  sql: Sql,
  caller: Caller,
  filter: Omit<CreativeFilter, 'limit' | 'cursor'>,
): FileReply =>
  csvFile(
    'creatives',
    csvOfList<Creative>({
      header: [
        'id',
        'name',
        'advertiser',
        'kind',
        'width',
        'height',
        'weight_bytes',
        'state',
        'landing_url',
        'created_at',
      ],
      row: (one) => [
        one.id,
        one.name,
        one.advertiser_name,
        one.kind,
        one.width,
        one.height,
        one.weight_bytes,
        one.state,
        one.landing_url,
        one.created_at,
      ],
      page: (cursor) => listCreatives(sql, caller, { ...filter, cursor, limit: exportPage }),
    }),
  );

/** Throws not-found, also for what belongs to somebody else. */
export async function creativeRow(
  sql: Sql,
  caller: Caller,
  id: string,
  lock: '' | 'for update of c' = '',
): Promise<CreativeRow> {
  const row = await sql.one<CreativeRow>(
    `select ${columns} from creatives c join advertisers a on a.id = c.advertiser_id
     where c.id = $1 and c.org_id = $2 and ($3::text is null or c.advertiser_id = $3) ${lock}`,
    [id, caller.org_id, ownAdvertiser(caller)],
  );
  if (!row) throw new Refusal('not-found', 'There is no such creative.');
  return row;
}

/** With the checks that depend on where it runs, as of `now`. */
export async function readCreative(sql: Sql, caller: Caller, id: string, now = new Date()): Promise<Creative> {
  const row = await creativeRow(sql, caller, id);
  const creative = toCreative(row, await formatLimits(sql, caller.org_id));
  return { ...creative, checks: [...creative.checks, ...(await contextChecks(sql, row, now))] };
}

/** The formats that a creative can fill: its size, or the kind of space it is made for. */
export function formatsOfCreative({ kind, width, height }: Pick<Creative, 'kind' | 'width' | 'height'>): string[] {
  if (kind === 'native' || kind === 'text' || kind === 'video') return [kind];
  return width === null || height === null ? [] : [`${width}x${height}`, 'interstitial'];
}

export const formatLimits = (sql: Sql, orgId: string): Promise<FormatLimits[]> =>
  sql.query<FormatLimits>(
    'select code, name, width, height, max_initial_kb, max_subload_kb from formats where org_id = $1 order by code',
    [orgId],
  );

function toCreative(row: CreativeRow, formats: readonly FormatLimits[]): Creative {
  return Creative.parse({
    ...row,
    file_url: row.file_hash === null ? null : `/api/creatives/${row.id}/file`,
    preview_path: previewPath(row),
    original_url: row.original_hash === null ? null : `/api/creatives/${row.id}/original`,
    checks: oneOfEach([...checksOf(row, formats), ...(row.quality?.checks ?? [])]),
    film: (row.quality?.film ?? []).map((_, n) => `/api/creatives/${row.id}/film/${n}`),
  });
}

/** What was measured against the limits of its places stands over what its size alone lets expect. */
const oneOfEach = (checks: CreativeCheck[]): CreativeCheck[] => [
  ...new Map(checks.map((one) => [one.code, one])).values(),
];

/** An HTML5 creative or a tag is a page of its own, at an address made of its content. */
function previewPath({ kind, file_hash, content }: CreativeRow): string | null {
  if (file_hash === null) return null;
  if (kind === 'tag') return `/creatives/${file_hash}/index.html`;
  if (kind !== 'html5' || !content || !('entry' in content)) return null;
  return `/creatives/${file_hash}/${encodeURIComponent(content.entry)}`;
}
