import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';

export const languages = ['fr', 'en'] as const;
export type Language = (typeof languages)[number];

/** A phrase, or a function that builds it from its figures. */
type Phrase = string | ((...figures: never[]) => string);
type Widened<T> = { [K in keyof T]: T[K] extends string ? string : T[K] };
export type Messages<T> = { en: Widened<T>; fr: Widened<T> };

/** The phrases of a domain in both languages: a key missing in one of them does not compile. */
export const messagesOf = <T extends Record<string, Phrase>>(en: T, fr: Widened<NoInfer<T>>): Messages<T> => ({
  en: en as Widened<T>,
  fr,
});

const storageKey = 'vigie.language';

/** The language a person chose before, else the browser's, else English. */
export const firstLanguage = (stored: string | null, preferred: readonly string[]): Language => {
  if (stored === 'fr' || stored === 'en') return stored;
  for (const tag of preferred) {
    const language = languages.find((l) => tag.toLowerCase().split('-')[0] === l);
    if (language) return language;
  }
  return 'en';
};

const LanguageContext = createContext<{ language: Language; choose: (language: Language) => void }>({
  language: 'en',
  choose: () => {},
});

export const LanguageProvider = ({ children }: { children: ReactNode }) => {
  const [language, setLanguage] = useState<Language>(() =>
    firstLanguage(localStorage.getItem(storageKey), navigator.languages),
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(
    () => ({
      language,
      choose: (next: Language) => {
        localStorage.setItem(storageKey, next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
};

export const useLanguage = () => useContext(LanguageContext);

/** The domain's phrases in the language of the screen. */
export const useWords = <T,>(messages: Messages<T>): Widened<T> => messages[useLanguage().language];
