import { useMemo } from 'react';
import { useLanguage } from '#platform/web';

/** A moment near now in words: "tomorrow", "in 3 hours". */
export const useWhen = () => {
  const { language } = useLanguage();
  return useMemo(() => {
    const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
    return (iso: string, now = Date.now()) => {
      const hours = (Date.parse(iso) - now) / 3_600_000;
      if (Math.abs(hours) < 1) return relative.format(Math.round(hours * 60), 'minute');
      if (Math.abs(hours) < 24) return relative.format(Math.round(hours), 'hour');
      return relative.format(Math.round(hours / 24), 'day');
    };
  }, [language]);
};
