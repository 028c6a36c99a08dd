import { useWords } from '#platform/web';
import { waysMessages } from './ways-messages.ts';

/** What stands under the name of a goal, segment or funnel: that another of the site has it, in the reader's words. */
export const useNameError = () => {
  const words = useWords(waysMessages);
  return (sentence: string | undefined) => (sentence?.endsWith('of that name already.') ? words.nameTaken : sentence);
};
