import type { Action, Language } from '#platform/web';

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The actions whose name or keywords hold every word typed, accents and capitals aside; those whose name begins so come first. */
export const findActions = (actions: readonly Action[], typed: string, language: Language): Action[] => {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const start = plain(typed.trim());
  return actions
    .filter((action) => {
      const text = plain(`${action.label[language]} ${action.label.en} ${action.keywords ?? ''}`);
      return words.every((word) => text.includes(word));
    })
    .toSorted(
      (a, b) => Number(plain(b.label[language]).startsWith(start)) - Number(plain(a.label[language]).startsWith(start)),
    );
};
