/** A saved report as a file. */
import type { FileReply, FileStore } from '#platform';
import { mergeEdits, writeCommentary } from './commentary/index.ts';
import type { ReportFormat } from './contract.ts';
import { loadFigures, loadThumbnails, type Sources } from './load-figures.ts';
import { reportHtml } from './render/html.ts';
import { reportRow } from './report.ts';

const mediaTypes = {
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html; charset=utf-8',
} as const;

/** The page carries its own pictures and styles, runs nothing and loads nothing. */
const htmlPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'";

/** Renders with the figures of this moment. Throws not-found for a report that the caller may not see. */
export async function renderReport(
  sources: Sources & { files: FileStore },
  input: { id: string; format: ReportFormat },
): Promise<FileReply> {
  const { db, files, caller } = sources;
  const row = await reportRow(db, caller, input.id);
  const figures = await loadFigures(sources, row.order_id, { from: row.period_from, to: row.period_to });
  const commentary = mergeEdits(writeCommentary(figures, row.language), row.edits);
  // Chart, PDF and workbook libraries are loaded by the first report, so that a start does not wait for them.
  const { reportDocument } = await import('./render/document.ts');
  const document = reportDocument({ figures, language: row.language, title: row.title, commentary });
  const file = {
    media_type: mediaTypes[input.format],
    file_name: fileName(row.title, row.period_from, row.period_to, input.format),
  };
  if (input.format === 'xlsx')
    return { ...file, bytes: await (await import('./render/xlsx.ts')).reportXlsx(document, figures) };

  const thumbnails = await loadThumbnails(
    db,
    files,
    caller,
    document.creatives.map((creative) => creative.id),
  );
  if (input.format === 'pdf')
    return { ...file, bytes: (await import('./render/pdf.ts')).reportPdf(document, thumbnails), inline: true };
  return {
    ...file,
    bytes: reportHtml(document, thumbnails),
    inline: true,
    headers: { 'content-security-policy': htmlPolicy },
  };
}

/** No separators, control characters or reserved signs of any file system. */
function fileName(title: string, from: string, to: string, format: ReportFormat): string {
  const clean = title
    .replace(/[\p{C}/\\:*?"<>|]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
  return `${clean || 'report'} ${from} ${to}.${format}`;
}
