/** Rows of a cost report that are no campaign: totals and the platform's notice. Judged by structure, never by how a name begins. Pure. */
import { isBlank } from '#platform';
import type { Columns, Platform } from './cost-columns.ts';

type Row = { line: number; cells: string[] };
/** A row that was left out, and why. */
export type Skipped = { line: number; reason: 'total' | 'notice' };

type Judging = {
  platform: Platform;
  at: Columns;
  number: (text: string) => number | undefined;
  isDay: (text: string) => boolean;
};

/** The platforms' own words for a total, whole: `Total: Account`, `Total : compte`, `Grand total`. */
const wording =
  /^(?:(?:grand|overall|filtered|account) totals?|totals?|totaux|total général|total du compte|totals?\s*[:–-]\s*(?:account|campaigns|(?:all |filtered |all enabled |all but removed |search |display |video |shopping |app |smart |local |hotel |discovery |demand gen |performance max )+(?:campaigns)?|search|compte|campagnes(?: filtrées)?|toutes les campagnes(?: .*)?|réseau de recherche|réseau display|vidéo))$/i;

/** Splits the rows of a report into those that count and those that do not. */
export function withoutTotals(rows: readonly Row[], judging: Judging): { rows: Row[]; skipped: Skipped[] } {
  const { at, isDay } = judging;
  const cell = ({ cells }: Row, place: number | undefined) => (cells[place ?? -1] ?? '').trim();
  const isNotice = (row: Row) => /^[©#]/.test(cell(row, 0)) && row.cells.slice(1).every((one) => one.trim() === '');
  const worded = (row: Row) => row.cells.some((one) => wording.test(one.trim()));
  const noDay = (row: Row) => at.day !== undefined && !isDay(cell(row, at.day));
  const noName = (row: Row) => cell(row, at.campaign) === '';
  const named = rows.filter((row) => !isNotice(row) && !worded(row) && !noName(row) && !noDay(row));
  // Behind the last row of a campaign only totals stand.
  const end = Math.max(0, ...named.map(({ line }) => line));
  const isSum = (row: Row) => named.length > 0 && addsUp(row, named, judging);
  const isTotal = (row: Row): boolean => {
    if (worded(row)) return noDay(row) || (at.day === undefined && row.line > end) || isSum(row);
    if (noDay(row)) return (noName(row) && cell(row, at.day) === '') || isSum(row);
    // Meta writes its total above the campaigns, with the days of the period and no name.
    return noName(row) && judging.platform === 'meta' && isSum(row);
  };
  const skipped: Skipped[] = [];
  const kept = rows.filter((row) => {
    if (isBlank(row)) return false;
    const reason = isNotice(row) ? 'notice' : isTotal(row) ? 'total' : undefined;
    if (reason) skipped.push({ line: row.line, reason });
    return reason === undefined;
  });
  return { rows: kept, skipped };
}

/** Whether a row's cost, impressions and clicks are the sums of the others', to the rounding of each. */
function addsUp(row: Row, others: readonly Row[], { at, number }: Judging): boolean {
  const places = [at.cost ?? at.cost_micros, at.impressions, at.clicks].filter((place) => place !== undefined);
  return places.every((place, i) => {
    const value = number(row.cells[place] ?? '');
    const sum = others.reduce((total, { cells }) => total + (number(cells[place] ?? '') ?? 0), 0);
    return value !== undefined && Math.abs(value - sum) <= (i === 0 ? 0.01 * others.length : 0.5);
  });
}
