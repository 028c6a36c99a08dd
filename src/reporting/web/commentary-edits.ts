import type { Commentary, CommentaryEdit } from '#reporting/contract';

/** What a person has in the editor for one block: its text, or null when hidden. */
export type Draft = Record<string, string | null>;

/** The edits to store: blocks whose draft differs from the rule's own sentence. An empty note is no note. */
export const editsOf = (blocks: Commentary['blocks'], draft: Draft): CommentaryEdit[] => {
  const edits: CommentaryEdit[] = [];
  for (const block of blocks) {
    const drafted = draft[block.key];
    const text = drafted === undefined ? block.text : drafted;
    const said = text === null ? null : text.trim();
    if (said === block.generated) continue;
    if (block.key === 'note') {
      if (said) edits.push({ key: block.key, text: said });
      continue;
    }
    // An emptied sentence is a hidden one.
    edits.push({ key: block.key, text: said || null });
  }
  const note = draft['note']?.trim();
  if (note && !blocks.some(({ key }) => key === 'note')) edits.unshift({ key: 'note', text: note });
  return edits;
};
