/** A media plan as a file for the client: PDF or workbook. */
import type { Caller, FileReply, Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { MediaPlan, Scenario } from './contract.ts';
import { basisSentence } from './media-plan-basis.ts';
import { formatsOf, paperLines, paperTotals, planWords, weeksOf } from './media-plan-paper.ts';
import { readMediaPlan } from './media-plan.ts';
import { digitsOf } from './private-page.ts';

/** Throws not-found. PDF and workbook libraries are loaded by the first document. */
export async function exportMediaPlan(
  { db, caller }: { db: Sql; caller: Caller },
  { id, scenario: key, format, language }: z.output<(typeof contract.exportMediaPlan)['input']>,
): Promise<FileReply> {
  const plan = await readMediaPlan(db, caller, id);
  const scenario = plan.scenarios.find((one) => one.key === key);
  const file = `${planWords[language].title} ${plan.name.replace(/[^\p{L}\p{N}._ -]+/gu, '-').slice(0, 80)}`;
  if (format === 'xlsx')
    return {
      bytes: await workbookOf(plan, scenario, language),
      media_type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      file_name: `${file}.xlsx`,
    };
  const house = await db.one<{ name: string }>('select name from organisations where id = $1', [caller.org_id]);
  const { mediaPlanPdf } = await import('./media-plan-pdf.ts');
  return {
    bytes: mediaPlanPdf(documentOf(plan, scenario, { language, house: house?.name ?? '' })),
    media_type: 'application/pdf',
    file_name: `${file}.pdf`,
    inline: true,
  };
}

/** What the PDF shows, all in words. */
function documentOf(
  plan: MediaPlan,
  scenario: Scenario | undefined,
  { language, house }: { language: 'en' | 'fr'; house: string },
) {
  const words = planWords[language];
  const said = formatsOf(language);
  const { brief } = plan;
  const money = (amount: number) => said.money({ amount: Math.round(amount), currency: brief.currency });
  const lines = scenario ? paperLines(plan, scenario, language) : [];
  const totals = paperTotals(lines);
  const per = (amount: number, count: number) => (count > 0 ? money(amount / count) : '–');
  const weeks = weeksOf(lines);
  const begin = Date.parse(weeks[0] ?? brief.start);
  const span = Math.max(1, weeks.length * 7);
  const at = (day: string, add = 0) => (Date.parse(day) - begin) / 86_400_000 + add;
  return {
    language,
    labels: words,
    house,
    name: plan.name,
    facts: [
      [words.for, plan.advertiser_name ?? '–'],
      [words.objective, words[brief.objective]],
      [words.budget, money(scenario?.budget ?? brief.budget)],
      [words.dates, said.range(brief.start, brief.end)],
      [words.scenario, scenario ? words[scenario.key] : '–'],
      [words.computed, said.day(plan.computed_at.slice(0, 10))],
    ],
    results: [
      [words.amount, money(totals.amount)],
      [words.impressions, said.count(totals.impressions)],
      [words.reach, scenario ? said.count(scenario.total.reach) : '–'],
      [words.clicks, said.count(totals.clicks)],
      [words.conversions, said.decimal(totals.conversions)],
      [words.cpm, per(totals.amount * 1000, totals.impressions)],
      [words.cpc, per(totals.amount, totals.clicks)],
      [words.cpa, per(totals.amount, totals.conversions)],
    ],
    lines: lines.map((line) => ({
      name: line.name,
      channel: line.channel,
      dates: said.range(line.first_day, line.last_day),
      impressions: line.impressions > 0 ? said.count(line.impressions) : '–',
      rate: line.rate === null ? '–' : money(line.rate),
      clicks: said.count(line.clicks),
      amount: money(line.amount),
      // Of the width of the flowchart, 0 to 1.
      left: Math.max(0, at(line.first_day) / span),
      width: Math.min(1, at(line.last_day, 1) / span) - Math.max(0, at(line.first_day) / span),
      elsewhere: line.channel !== words.own,
    })),
    total: [said.count(totals.impressions), said.count(totals.clicks), money(totals.amount)],
    weeks: weeks.map((week, index) => ({ label: said.short(week), left: index / Math.max(1, weeks.length) })),
    basis: plan.basis.map((one) => basisSentence(one, language)),
  };
}
export type PlanDocument = ReturnType<typeof documentOf>;

/** A sheet of lines with sums as formulas, one of the flowchart by weeks, one of the scenarios side by side. */
async function workbookOf(plan: MediaPlan, chosen: Scenario | undefined, language: 'en' | 'fr'): Promise<Uint8Array> {
  const { default: ExcelJS } = await import('exceljs');
  const words = planWords[language];
  const said = formatsOf(language);
  const book = new ExcelJS.Workbook();
  const bold = { font: { bold: true } };
  const major = (amount: number) => amount / 10 ** digitsOf(plan.brief.currency);
  const lines = chosen ? paperLines(plan, chosen, language) : [];

  const sheet = book.addWorksheet(words.title, { views: [{ state: 'frozen', ySplit: 4 }] });
  sheet.addRow([plan.name]).font = { bold: true, size: 14 };
  const { objective, budget, currency, start, end } = plan.brief;
  sheet.addRow([
    [
      plan.advertiser_name,
      words[objective],
      said.money({ amount: chosen?.budget ?? budget, currency }),
      said.range(start, end),
      chosen ? words[chosen.key] : '',
    ]
      .filter(Boolean)
      .join(' · '),
  ]);
  sheet.addRow([]);
  const heads = [
    words.channel,
    words.line,
    words.dates,
    '',
    words.impressions,
    `${words.rate} (${currency})`,
    words.clicks,
    words.conversions,
    `${words.amount} (${currency})`,
    `${words.spent} (${currency})`,
    words.link,
  ];
  Object.assign(sheet.addRow(heads), bold);
  for (const line of lines)
    sheet.addRow([
      line.channel,
      line.name,
      new Date(`${line.first_day}T00:00:00Z`),
      new Date(`${line.last_day}T00:00:00Z`),
      line.impressions,
      line.rate === null ? null : major(line.rate),
      Math.round(line.clicks),
      Math.round(line.conversions * 10) / 10,
      major(line.amount),
      line.spent === null ? null : major(line.spent),
      line.link,
    ]);
  const last = 4 + lines.length;
  const total = sheet.addRow([words.total]);
  const totals = paperTotals(lines);
  for (const [column, value] of [
    ['E', totals.impressions],
    ['G', Math.round(totals.clicks)],
    ['H', Math.round(totals.conversions * 10) / 10],
    ['I', major(totals.amount)],
  ] as const)
    total.getCell(column).value = lines.length > 0 ? { formula: `SUM(${column}5:${column}${last})`, result: value } : 0;
  total.font = { bold: true };
  for (const [column, width, format] of [
    [1, 18, ''],
    [2, 46, ''],
    [3, 12, 'yyyy-mm-dd'],
    [4, 12, 'yyyy-mm-dd'],
    [5, 14, '#,##0'],
    [6, 12, '#,##0.00'],
    [7, 10, '#,##0'],
    [8, 12, '#,##0.0'],
    [9, 16, '#,##0.00'],
    [10, 16, '#,##0.00'],
    [11, 50, ''],
  ] as const) {
    sheet.getColumn(column).width = width;
    if (format) sheet.getColumn(column).numFmt = format;
  }

  const weeks = weeksOf(lines);
  const chart = book.addWorksheet(words.flowchart, { views: [{ state: 'frozen', xSplit: 2, ySplit: 1 }] });
  Object.assign(chart.addRow([words.channel, words.line, ...weeks.map(said.short)]), bold);
  for (const line of lines) {
    const row = chart.addRow([line.channel, line.name]);
    for (const [index, week] of weeks.entries()) {
      const end_ = new Date(Date.parse(week) + 6 * 86_400_000).toISOString().slice(0, 10);
      if (line.first_day > end_ || line.last_day < week) continue;
      row.getCell(index + 3).fill = {
        type: 'pattern',
        pattern: 'solid',
        fgColor: { argb: line.channel === words.own ? 'FF0C6478' : 'FFB8862F' },
      };
    }
  }
  chart.getColumn(1).width = 18;
  chart.getColumn(2).width = 46;

  const all = book.addWorksheet(words.scenarios);
  Object.assign(all.addRow([words.scenario, ...plan.scenarios.map(({ key }) => words[key])]), bold);
  for (const [name, of] of [
    [`${words.budget} (${currency})`, (one: Scenario) => major(one.budget)],
    [`${words.amount} (${currency})`, (one: Scenario) => major(one.total.amount)],
    [words.impressions, (one: Scenario) => one.total.impressions],
    [words.reach, (one: Scenario) => one.total.reach],
    [words.clicks, (one: Scenario) => one.total.clicks],
    [words.conversions, (one: Scenario) => one.total.conversions],
  ] as const)
    all.addRow([name, ...plan.scenarios.map(of)]);
  all.addRow([]);
  Object.assign(all.addRow([words.basis]), bold);
  for (const one of plan.basis) all.addRow([basisSentence(one, language)]);
  all.getColumn(1).width = 34;
  return new Uint8Array(await book.xlsx.writeBuffer());
}
