import { useLanguage } from '#platform/web';
import { importProblemInFrench } from './import-faults.ts';

/** For forms and lists of imports: what the server said, in the reader's language. */
export const useImportProblem = () => {
  const { language } = useLanguage();
  return <T extends string | null | undefined>(sentence: T): T | string =>
    sentence && language === 'fr' ? (importProblemInFrench(sentence) ?? sentence) : sentence;
};
