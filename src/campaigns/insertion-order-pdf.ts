/** An insertion order as an A4 PDF, tagged for screen readers, fonts embedded, made without leaving the process. */
import { readFileSync } from 'node:fs';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { InsertionOrderState, Signature } from './contract.ts';
import type { Paper } from './insertion-order-paper.ts';

const template = readFileSync(new URL('./insertion-order.typ', import.meta.url), 'utf8');
const fontFolder = new URL('../../assets/fonts/', import.meta.url);
const fonts = ['Inter-Regular.ttf', 'Inter-SemiBold.ttf'].map((name) => readFileSync(new URL(name, fontFolder)));

/** A folder that does not exist: a template can read nothing but what is handed to it. */
const nowhere = '/vigie-insertion-order';

type Seal = { hash: string; acceptance: Signature | null; state: InsertionOrderState };

export function insertionOrderPdf(paper: Paper, { hash, acceptance, state }: Seal): Buffer {
  const compiler = NodeCompiler.create({ workspace: nowhere, fontArgs: [{ fontBlobs: fonts }] });
  const at = new Intl.DateTimeFormat(paper.language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: 'UTC',
  });
  const signed = acceptance && { ...acceptance, at: at.format(new Date(acceptance.at)) };
  const document = JSON.stringify({ ...paper, hash, acceptance: signed, replaced: state === 'superseded' });
  try {
    return compiler.pdf({ mainFileContent: template, inputs: { document } }, { pdfStandard: 'ua-1' });
  } catch (error) {
    throw new Error('The insertion order could not be laid out.', { cause: error });
  } finally {
    compiler.evictCache(0);
  }
}
