/** The answer to a question as a workbook: one row per row, figures as numbers, and what they mean on a second sheet. */
import { type FileReply, Refusal } from '#platform';
import { Query } from './contract.ts';
import { dimensionOf, timeDimensions } from './dimensions.ts';
import { minorDigits } from './goal-sql.ts';
import { metrics, type Unit } from './metrics.ts';
import { answerQuery } from './answer-query.ts';
import type { Asking } from './run-query.ts';

type Language = 'en' | 'fr';
const words = {
  en: {
    figures: 'Figures',
    definitions: 'Definitions',
    metric: 'Metric',
    meaning: 'What it is',
    period: 'Period',
    before: 'before',
  },
  fr: {
    figures: 'Chiffres',
    definitions: 'Définitions',
    metric: 'Indicateur',
    meaning: 'Ce que c’est',
    period: 'Période',
    before: 'avant',
  },
};

const times: Readonly<Record<string, Record<Language, string>>> = timeDimensions;

/** Throws a Refusal when the question is none, or not the caller's to ask. */
export async function exportQuery(
  asking: Asking,
  { question, language }: { question: string; language: Language },
): Promise<FileReply> {
  const query = Query.safeParse(parsed(question));
  if (!query.success) {
    const issue = query.error.issues[0];
    throw new Refusal('bad-input', `question: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(), {
      field: 'question',
    });
  }
  const reply = await answerQuery({ ...asking, language }, query.data);
  const { default: ExcelJS } = await import('exceljs');
  const said = words[language];
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet(said.figures, { views: [{ state: 'frozen', ySplit: 1 }] });
  const compared = reply.results.some((row) => row.comparison);
  const names = query.data.metrics;
  const heads = [
    ...query.data.dimensions.map((name) => (times[name] ?? dimensionOf(name)?.label)?.[language] ?? name),
    ...names.map((name) => metrics[name].label[language]),
    ...(compared ? names.map((name) => `${metrics[name].label[language]} (${said.before})`) : []),
  ];
  sheet.addRow(heads).font = { bold: true };
  const byCurrency = query.data.dimensions.indexOf('event:currency');
  /** Decimals of an amount: of the site's currency, or of the row's own where the figure is in that. */
  const digitsOf = (name: (typeof names)[number], row: readonly string[]) =>
    minorDigits((name === 'currency_revenue' && currencyCode(row[byCurrency])) || reply.meta.currency);
  const value = (name: (typeof names)[number], figure: number | null | undefined, row: readonly string[]) => {
    if (figure === null || figure === undefined) return null;
    const { unit } = metrics[name];
    return unit === 'money' ? figure / 10 ** digitsOf(name, row) : unit === 'percent' ? figure / 100 : figure;
  };
  for (const row of reply.results) {
    const added = sheet.addRow([
      ...row.dimensions.map((one) => reply.meta.labels[one] ?? one),
      ...names.map((name, i) => value(name, row.metrics[i], row.dimensions)),
      ...(compared ? names.map((name, i) => value(name, row.comparison?.metrics[i], row.dimensions)) : []),
    ]);
    for (const [i, name] of [...names, ...(compared ? names : [])].entries())
      added.getCell(row.dimensions.length + 1 + i).numFmt = formatOf(
        metrics[name].unit,
        digitsOf(name, row.dimensions),
      );
  }
  heads.forEach((head, i) => (sheet.getColumn(i + 1).width = Math.min(48, Math.max(14, head.length + 2))));
  const meaning = book.addWorksheet(said.definitions);
  meaning.addRow([said.period, reply.query.date_range.join(' – ')]);
  meaning.addRow([said.metric, said.meaning]).font = { bold: true };
  for (const name of names) meaning.addRow([metrics[name].label[language], metrics[name].definition[language]]);
  for (const note of reply.meta.notes) meaning.addRow(['', note]);
  meaning.getColumn(1).width = 28;
  meaning.getColumn(2).width = 110;
  return {
    bytes: new Uint8Array(await book.xlsx.writeBuffer()),
    media_type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    file_name: 'vigie.xlsx',
  };
}

/** An ISO 4217 code; anything else (no currency) is none. */
const currencyCode = (text: string | undefined) => (text && /^[A-Z]{3}$/.test(text) ? text : undefined);

const formatOf = (unit: Unit, digits: number): string =>
  unit === 'money' ? `#,##0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}` : formats[unit];

const formats: Record<Exclude<Unit, 'money'>, string> = {
  count: '#,##0',
  percent: '0.0%',
  seconds: '#,##0',
  milliseconds: '#,##0',
  ratio: '0.00',
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('bad-input', 'question: must be JSON.', { field: 'question' });
  }
}
