import ExcelJS from 'exceljs';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { mergeEdits, writeCommentary } from '../commentary/index.ts';
import { askFacts, caseFacts, caseLine, caseNow, casePeriod, caseSubject } from '../figures.case.ts';
import type { ReportFigures } from '../figures.ts';
import type { Language } from '../language.ts';
import { reportFigures, type ReportSubject } from '../report-figures.ts';
import { type ReportDocument, reportDocument } from './document.ts';
import { reportHtml } from './html.ts';
import { reportPdf } from './pdf.ts';
import { thumbnailOf } from './thumbnail.ts';
import { reportXlsx } from './xlsx.ts';

type Made = { figures: ReportFigures; document: ReportDocument };

async function make(
  change: Partial<ReportSubject> = {},
  options: { perDay?: number; language?: Language; title?: string; text?: string } = {},
): Promise<Made> {
  const { perDay = 9000, language = 'fr', title = 'Bilan hebdomadaire', text } = options;
  const subject = caseSubject(change);
  const facts = caseFacts({ subject, until: '2026-11-16', seed: 5, perDay: () => perDay });
  const figures = await reportFigures({ query: askFacts(facts, 0.01), subject, period: casePeriod, now: caseNow });
  const edits = text === undefined ? [] : [{ key: 'note', text, generated: null }];
  return {
    figures,
    document: reportDocument({
      figures,
      language,
      title,
      commentary: mergeEdits(writeCommentary(figures, language), edits),
    }),
  };
}

async function readPdf(
  bytes: Buffer,
): Promise<{ text: string; pages: number; language: unknown; tagged: boolean; embedded: boolean }> {
  const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const { info } = await pdf.getMetadata();
  const language = 'Language' in info ? info.Language : undefined;
  let text = '';
  let embedded = true;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { items, styles } = await page.getTextContent();
    text += items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    await page.getOperatorList();
    for (const name of Object.keys(styles)) {
      const font: unknown = page.commonObjs.get(name);
      if (typeof font === 'object' && font !== null && 'missingFile' in font && font.missingFile === true)
        embedded = false;
    }
  }
  const marks = await pdf.getMarkInfo();
  const pages = pdf.numPages;
  await pdf.loadingTask.destroy();
  return { text: text.replace(/\s+/g, ' '), pages, language, tagged: JSON.stringify(marks).includes('true'), embedded };
}

const flat = (text: string) => text.replace(/\s+/g, ' ');
const hostile = 'Ligne *gras* #pagebreak() $x$ `raw` <b>html</b> @ref [lien](x) // fin \\';

describe('the PDF', () => {
  test.each(['fr', 'en'] as const)('carries every figure and sentence in its text, in %s', async (language) => {
    const { document } = await make({}, { language });
    const pdf = await readPdf(reportPdf(document));
    for (const { value } of document.figures) expect(pdf.text).toContain(flat(value));
    const squeezed = pdf.text.replace(/ /g, '');
    for (const sentence of document.commentary) expect(squeezed).toContain(flat(sentence).replace(/ /g, ''));
    for (const line of document.lines) expect(pdf.text).toContain(flat(line.delivered));
    expect(pdf).toMatchObject({ language, tagged: true, embedded: true });
    expect(pdf.pages).toBeLessThanOrEqual(2);
  });

  test('shows what people wrote as they wrote it, and never runs it', async () => {
    const { document } = await make(
      { lines: [caseLine({ name: hostile })], organisation: '#sys.version' },
      { title: '= #eval("1+1")', text: 'Bonjour #read("/etc/passwd") *tous*' },
    );
    const { text } = await readPdf(reportPdf(document));
    expect(text).toContain('#pagebreak() $x$ `raw` <b>html</b> @ref');
    expect(text).toContain('= #eval("1+1")');
    expect(text).toContain('Bonjour #read("/etc/passwd") *tous*');
    expect(text).toContain('#sys.version');
  });

  test('is made for no delivery, no line, forty lines and names of any length', async () => {
    const none = await make({ lines: [caseLine({ has_creative: false })] }, { perDay: 0 });
    expect((await readPdf(reportPdf(none.document))).text).toContain('Aucune impression');
    const empty = await make({ lines: [], creatives: [], placements: [] });
    expect((await readPdf(reportPdf(empty.document))).text).toContain('Aucune ligne réservée');
    const lines = Array.from({ length: 40 }, (_, i) =>
      caseLine({ id: `li_${i}`, name: `${'Habillage'.repeat(1 + (i % 20))} ${i}` }),
    );
    const many = await make({ lines }, { perDay: 500, title: 'T'.repeat(200) });
    const { text, pages } = await readPdf(reportPdf(many.document));
    expect(pages).toBeGreaterThan(2);
    for (let i = 0; i < 40; i++) expect(text).toContain(` ${i} `);
  });

  test('shows a picture of a creative, and does without one that cannot be drawn', async () => {
    const { document } = await make();
    const plain = reportPdf(document);
    const pixel = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const thumbnail = thumbnailOf(pixel);
    if (!thumbnail) throw new Error('a PNG is a picture');
    expect(reportPdf(document, new Map([['cr_1', thumbnail]])).toString('latin1')).toContain('/Image');
    const broken = new Map([['cr_1', { bytes: Buffer.from('no picture'), extension: 'png' as const }]]);
    expect(Math.abs(reportPdf(document, broken).byteLength - plain.byteLength)).toBeLessThan(2000);
  });

  test('only bitmaps of a sane size are pictures', () => {
    expect(
      thumbnailOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')),
    ).toBeUndefined();
    expect(thumbnailOf(Buffer.from('hello'))).toBeUndefined();
    expect(thumbnailOf(Buffer.alloc(0))).toBeUndefined();
  });
});

describe('the page', () => {
  let made: Made;
  beforeAll(async () => {
    made = await make(
      { lines: [caseLine({ name: '<script>alert(1)</script>' })] },
      { title: '"><img src=x onerror=alert(1)>', text: '</p><script>1</script>' },
    );
  });

  test('escapes everything people wrote', () => {
    const html = reportHtml(made.document);
    expect(html).not.toMatch(/<script|<img src=x|onerror=alert\(1\)>/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('is whole in itself, and carries the figures', () => {
    const html = reportHtml(made.document);
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]?.slice(0, 5))).toEqual(['data:']);
    for (const { value } of made.document.figures) expect(html).toContain(value);
    expect(html).toMatch(/^<!doctype html>\n<html lang="fr">/);
  });
});

describe('the workbook', () => {
  test('has the same figures as numbers, and no text that a spreadsheet would calculate', async () => {
    const { figures, document } = await make(
      {
        lines: [caseLine({ name: '=HYPERLINK("http://x","y")' })],
        creatives: [{ id: 'cr_1', name: '+1+1', kind: 'image', width: 300, height: 250 }],
      },
      { text: '@SUM(A1)' },
    );
    const book = new ExcelJS.Workbook();
    const bytes = await reportXlsx(document, figures);
    await book.xlsx.load(new Uint8Array(bytes).buffer);
    expect(book.worksheets.map((sheet) => sheet.name)).toEqual([
      'Synthèse',
      'Lignes',
      'Jours',
      'Créations',
      'Emplacements',
    ]);

    const lines = book.getWorksheet('Lignes');
    const header = lines?.getRow(1).values;
    const column = Array.isArray(header) ? header.indexOf('Impressions') : -1;
    expect(lines?.getRow(2).getCell(column).value).toBe(figures.total.impressions);
    const days = book.getWorksheet('Jours');
    expect(days?.rowCount).toBe(8);
    expect(days?.getRow(2).getCell(1).value).toEqual(new Date('2026-11-09T00:00:00Z'));

    const texts: string[] = [];
    for (const sheet of book.worksheets) {
      sheet.eachRow((row) =>
        row.eachCell((cell) => {
          expect(cell.type).not.toBe(ExcelJS.ValueType.Formula);
          if (typeof cell.value === 'string') texts.push(cell.value);
        }),
      );
    }
    expect(texts.filter((text) => /^[=+\-@]/.test(text))).toEqual([]);
    expect(texts).toContain(`'=HYPERLINK("http://x","y")`);
  });
});

test('the template takes text as data only', () => {
  const template = readFileSync(new URL('./report.typ', import.meta.url), 'utf8');
  expect(template).not.toMatch(/\beval\b|#import|#include|\bread\(/);
});
