/** A report as a workbook: raw numbers that can be calculated with, in the reader's words. */
import ExcelJS from 'exceljs';
import { type Counts, ctr, type ReportFigures, viewability } from '../figures.ts';
import { minorDigits } from '../language.ts';
import type { ReportDocument } from './document.ts';
import { statusWords, unitWords, words } from './words.ts';

type Cell = string | number | Date | null;
type Column = { header: string; width: number; format?: string };

/**
 * Cells are written as text or number, never as formula; a text that a spreadsheet would take for one when the workbook is
 * saved as CSV and opened again gets an apostrophe before it.
 */
const safe = (value: Cell): Cell => (typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value);

const counts = '#,##0';
const percent = '0.00%';

export async function reportXlsx(document: ReportDocument, figures: ReportFigures): Promise<Buffer> {
  const { language, labels } = document;
  const w = words[language];
  const decimals = figures.currency ? minorDigits(figures.currency) : 0;
  const money = figures.currency
    ? `#,##0${decimals > 0 ? `.${'0'.repeat(decimals)}` : ''} "${figures.currency}"`
    : counts;
  const major = (minor: number): Cell => (figures.currency ? Math.round(minor) / 10 ** decimals : null);
  const share = (value: number | null): Cell => (value === null ? null : value / 100);
  const countCells = (c: Counts): Cell[] => [
    c.impressions,
    c.viewable,
    c.clicks,
    share(ctr(c)),
    share(viewability(c)),
    major(c.spend),
  ];
  const countColumns: Column[] = [
    { header: w.impressions, width: 14, format: counts },
    { header: w.viewable, width: 20, format: counts },
    { header: w.clicks, width: 12, format: counts },
    { header: w.ctr, width: 14, format: percent },
    { header: w.viewability, width: 12, format: percent },
    { header: w.spend, width: 18, format: money },
  ];
  const asDate = (day: string): Date => new Date(`${day}T00:00:00Z`);
  const dayColumn = (header: string): Column => ({ header, width: 12, format: 'yyyy-mm-dd' });

  const book = new ExcelJS.Workbook();
  book.title = document.title;
  book.creator = document.organisation;
  book.created = new Date(figures.as_of);
  book.modified = new Date(figures.as_of);

  const summary = book.addWorksheet(w.summary);
  summary.columns = [{ width: 28 }, { width: 60 }];
  const lines: Cell[][] = [
    [document.title, null],
    [labels.report ?? '', document.organisation],
    ...document.facts.map((fact): Cell[] => [fact.label, fact.value]),
    [w.timeZone, figures.time_zones.join(', ')],
    [w.currency, figures.currency],
    [null, null],
    ...document.figures.map((figure): Cell[] => [figure.label, figure.value]),
    [null, null],
    [w.commentary, null],
    ...document.commentary.map((text): Cell[] => [null, text]),
    [null, null],
    [w.definitions, null],
    ...document.definitions.map((text): Cell[] => [null, text]),
  ];
  for (const line of lines) summary.addRow(line.map(safe));
  summary.getColumn(2).alignment = { wrapText: true, vertical: 'top' };
  summary.getRow(1).font = { bold: true, size: 14 };

  sheet(
    book,
    w.linesSheet,
    [
      { header: w.line, width: 40 },
      dayColumn(w.start),
      dayColumn(w.end),
      { header: w.status, width: 22 },
      { header: w.unit, width: 20 },
      { header: w.ordered, width: 14, format: counts },
      { header: w.delivered, width: 14, format: counts },
      { header: w.expected, width: 14, format: counts },
      { header: w.share, width: 14, format: percent },
      ...countColumns,
    ],
    figures.lines.map((line): Cell[] => [
      line.name,
      asDate(line.first_day),
      asDate(line.last_day),
      statusWords[line.state === 'cancelled' ? 'cancelled' : line.status][language],
      unitWords[line.unit]?.[language] ?? line.unit,
      line.progress?.ordered ?? null,
      line.progress?.delivered ?? null,
      line.progress?.expected ?? null,
      line.progress ? line.progress.delivered / line.progress.ordered : null,
      ...countCells(line.period),
    ]),
  );
  sheet(
    book,
    w.days,
    [dayColumn(w.date), ...countColumns],
    figures.days.map((day): Cell[] => [asDate(day.date), ...countCells(day)]),
  );
  sheet(
    book,
    w.creativesSheet,
    [{ header: w.creative, width: 40 }, { header: w.size, width: 14 }, ...countColumns],
    figures.creatives.map((c): Cell[] => [
      c.name,
      c.width && c.height ? `${c.width}x${c.height}` : c.kind,
      ...countCells(c.period),
    ]),
  );
  sheet(
    book,
    w.placements,
    [{ header: w.placement, width: 40 }, { header: w.site, width: 30 }, ...countColumns],
    figures.placements.map((p): Cell[] => [p.name, p.site, ...countCells(p.period)]),
  );
  return Buffer.from(await book.xlsx.writeBuffer());
}

function sheet(book: ExcelJS.Workbook, name: string, columns: readonly Column[], rows: readonly Cell[][]): void {
  const target = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  target.columns = columns.map(({ header, width, format }) => ({
    header,
    width,
    ...(format ? { style: { numFmt: format } } : {}),
  }));
  target.getRow(1).font = { bold: true };
  for (const row of rows) target.addRow(row.map(safe));
}
