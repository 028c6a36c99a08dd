import { csvFile, csvOfList, exportPage, type Caller, type FileReply, type Sql } from '#platform';
import type * as z from 'zod';
import type { exportLineItems as exportRoute } from './contract.ts';
import { csvColumns, rowOf } from './line-item-csv.ts';
import { lineItemRows, type LineItemRow } from './line-item.ts';

/** Every line item that fits, as CSV that the import takes. */
export async function exportLineItems(
  sql: Sql,
  caller: Caller,
  filter: z.output<(typeof exportRoute)['input']>,
): Promise<FileReply> {
  const names = await placeNames(sql, caller);
  return csvFile(
    'line-items',
    csvOfList<LineItemRow>({
      header: csvColumns,
      row: (line) => rowOf(line, (id) => names.get(id) ?? id),
      page: (cursor) => lineItemRows(sql, caller, { ...filter, cursor, limit: exportPage }),
    }),
  );
}

/** What placements are called in a file: `domain/code`. */
export async function placeNames(sql: Sql, caller: Caller): Promise<Map<string, string>> {
  const rows = await sql.query<{ id: string; name: string }>(
    `select p.id, s.domain || '/' || p.code as name from placements p join sites s on s.id = p.site_id where p.org_id = $1`,
    [caller.org_id],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
