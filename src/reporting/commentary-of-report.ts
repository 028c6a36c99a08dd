/** The commentary of a saved report, and what people write over it. */
import { type Edit, mergeEdits, type Sentence, writeCommentary } from './commentary/index.ts';
import type { Commentary, CommentaryEdit, ReportLanguage, ReportPeriod } from './contract.ts';
import { loadFigures, type Sources } from './load-figures.ts';
import { reportRow, type ReportRow, updateReport } from './report.ts';

type Subject = { order_id: string; period: ReportPeriod; language: ReportLanguage };

export const sentencesOf = async (sources: Sources, subject: Subject): Promise<Sentence[]> =>
  writeCommentary(await loadFigures(sources, subject.order_id, subject.period), subject.language);

const subjectOf = (row: ReportRow): Subject => ({
  order_id: row.order_id,
  period: { from: row.period_from, to: row.period_to },
  language: row.language,
});

export async function readCommentary(sources: Sources, id: string): Promise<Commentary> {
  const row = await reportRow(sources.db, sources.caller, id);
  return { blocks: mergeEdits(await sentencesOf(sources, subjectOf(row)), row.edits) };
}

/** Edits as they are stored: each remembers the sentence it replaced, an unchanged one the sentence it replaced first. */
export async function editsOf(
  sources: Sources,
  subject: Subject,
  wanted: readonly CommentaryEdit[],
  before: readonly Edit[] = [],
): Promise<Edit[]> {
  if (wanted.length === 0) return [];
  const sentences = await sentencesOf(sources, subject);
  return wanted.map(({ key, text }): Edit => {
    const same = before.find((edit) => edit.key === key && edit.text === text);
    return same ?? { key, text, generated: sentences.find((sentence) => sentence.key === key)?.text ?? null };
  });
}

export async function resetCommentary(
  sources: Sources,
  id: string,
  keys: readonly string[] | undefined,
): Promise<Commentary> {
  await sources.db.transaction(async (tx) => {
    const { edits } = await reportRow(tx, sources.caller, id, 'for update of r');
    await updateReport(tx, sources.caller, id, { edits: keys ? edits.filter((edit) => !keys.includes(edit.key)) : [] });
  });
  return readCommentary(sources, id);
}

/** Changes a report; edits are weighed against the sentences of the report as it will be. */
export async function prepareEdits(
  sources: Sources,
  change: {
    id: string;
    period?: ReportPeriod | undefined;
    language?: ReportLanguage | undefined;
    commentary?: CommentaryEdit[] | undefined;
  },
): Promise<Edit[] | undefined> {
  if (!change.commentary) return undefined;
  const row = await reportRow(sources.db, sources.caller, change.id);
  const subject = subjectOf(row);
  return editsOf(
    sources,
    { ...subject, period: change.period ?? subject.period, language: change.language ?? subject.language },
    change.commentary,
    row.edits,
  );
}
