import { useMemo } from 'react';
import { formatterOf } from './format.ts';
import { useLanguage } from './language.tsx';

/** Numbers, money, dates and durations in the language of the screen. */
export const useFormat = () => {
  const { language } = useLanguage();
  return useMemo(() => formatterOf(language), [language]);
};
