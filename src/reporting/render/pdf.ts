/** A report as an A4 PDF, tagged for screen readers, fonts embedded, made without leaving the process. */
import { readFileSync } from 'node:fs';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { ReportDocument } from './document.ts';
import type { Thumbnail } from './thumbnail.ts';

const template = readFileSync(new URL('./report.typ', import.meta.url), 'utf8');
const fontFolder = new URL('../../../assets/fonts/', import.meta.url);
const fonts = ['Inter-Regular.ttf', 'Inter-SemiBold.ttf'].map((name) => readFileSync(new URL(name, fontFolder)));

/** A folder that does not exist: a template can read nothing but what is handed to it. */
const nowhere = '/vigie-report';

/** `thumbnails` by creative id. A picture that cannot be drawn is left out rather than failing the report. */
export function reportPdf(document: ReportDocument, thumbnails: ReadonlyMap<string, Thumbnail> = new Map()): Buffer {
  try {
    return compile(document, thumbnails);
  } catch (error) {
    if (thumbnails.size === 0) throw typstError(error);
    return reportPdf(document);
  }
}

function compile(document: ReportDocument, thumbnails: ReadonlyMap<string, Thumbnail>): Buffer {
  const compiler = NodeCompiler.create({ workspace: nowhere, fontArgs: [{ fontBlobs: fonts }] });
  const paths: Record<string, string> = {};
  for (const [index, [id, thumbnail]] of [...thumbnails].entries()) {
    const path = `${nowhere}/${index}.${thumbnail.extension}`;
    compiler.mapShadow(path, thumbnail.bytes);
    paths[id] = `/${index}.${thumbnail.extension}`;
  }
  const inputs = { document: JSON.stringify({ ...document, thumbnails: paths }) };
  try {
    return compiler.pdf({ mainFileContent: template, inputs }, { pdfStandard: 'ua-1' });
  } finally {
    compiler.evictCache(0);
  }
}

function typstError(error: unknown): Error {
  return new Error('The report could not be laid out.', { cause: error });
}
