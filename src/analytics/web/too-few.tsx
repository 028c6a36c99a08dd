import { EmptyState, useWords } from '#platform/web';
import { explorerMessages } from './explorer-messages.ts';

/** In the place of figures that would tell of too few people. */
export const TooFew = () => {
  const words = useWords(explorerMessages);
  return <EmptyState title={words.tooFew} next={words.tooFewNext} />;
};
