/** A media plan as an A4 PDF, tagged for screen readers, fonts embedded, made without leaving the process. */
import { readFileSync } from 'node:fs';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { PlanDocument } from './media-plan-export.ts';

const template = readFileSync(new URL('./media-plan.typ', import.meta.url), 'utf8');
const fontFolder = new URL('../../assets/fonts/', import.meta.url);
const fonts = ['Inter-Regular.ttf', 'Inter-SemiBold.ttf'].map((name) => readFileSync(new URL(name, fontFolder)));

/** A folder that does not exist: a template can read nothing but what is handed to it. */
const nowhere = '/vigie-media-plan';

export function mediaPlanPdf(plan: PlanDocument): Buffer {
  const compiler = NodeCompiler.create({ workspace: nowhere, fontArgs: [{ fontBlobs: fonts }] });
  try {
    const inputs = { document: JSON.stringify(plan) };
    return compiler.pdf({ mainFileContent: template, inputs }, { pdfStandard: 'ua-1' });
  } catch (error) {
    throw new Error('The media plan could not be laid out.', { cause: error });
  } finally {
    compiler.evictCache(0);
  }
}
