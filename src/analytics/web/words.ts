import { channelsInFrench, dimensionOf, metrics } from '#analytics/contract';
import type { MetricName } from '#analytics/contract';
import { useFormat, useLanguage, useWords } from '#platform/web';
import { messages } from './messages.ts';

/** Decimals of a currency (ISO 4217). */
const decimalsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** The currency of a row's figure: the row's own where the figure is in it, else the site's. */
export const currencyOf = (name: MetricName, dimensions: readonly string[], row: readonly string[], site: string) => {
  const own = name === 'currency_revenue' ? row[dimensions.indexOf('event:currency')] : undefined;
  return own !== undefined && /^[A-Z]{3}$/.test(own) ? own : site;
};

/** Figures of the query language as a person reads them. */
export const useMetric = () => {
  const format = useFormat();
  const { language } = useLanguage();
  return (name: MetricName, currency = 'EUR') => {
    const metric = metrics[name];
    const write = (value: number | null | undefined): string => {
      // Click-through rates live around a tenth of a percent: one decimal would say nothing.
      if (metric.unit === 'percent') return format.percent(value, name === 'ctr' ? 2 : 1);
      if (metric.unit === 'seconds') return format.duration(value);
      if (metric.unit === 'milliseconds')
        return value === null || value === undefined ? '–' : `${format.number(value)} ms`;
      if (metric.unit === 'money')
        return value === null || value === undefined ? '–' : format.money({ amount: value, currency });
      if (metric.unit === 'ratio') return format.number(value, name === 'cls' ? 3 : 2);
      return format.number(value);
    };
    const short = (value: number): string => (metric.unit === 'count' ? format.compact(value) : write(value));
    /** As files hold it: amounts in the currency's main unit, every other figure as it is. */
    const plain = (value: number | null | undefined) =>
      metric.unit === 'money' && typeof value === 'number' ? value / 10 ** decimalsOf(currency) : value;
    return { label: metric.label[language], definition: metric.definition[language], write, short, plain };
  };
};

export const useDimensionLabel = () => {
  const { language } = useLanguage();
  return (name: string) => dimensionOf(name)?.label[language] ?? name;
};

/** A value of a dimension as a person reads it: countries, devices and channels by name, ids by their label. */
export const useValueName = () => {
  const words = useWords(messages);
  const phrases: Record<string, unknown> = words;
  const format = useFormat();
  return (dimension: string, value: string, labels: Record<string, string> = {}) => {
    if (value === 'Direct / None') return words.direct;
    if (value === '(not set)' || value === '') return words.notSet;
    if (value === '(none)') return words.none;
    if (dimension.endsWith(':country')) return format.country(value);
    if (dimension.endsWith(':device')) {
      const known = (['desktop', 'phone', 'tablet', 'tv'] as const).find((name) => name === value);
      return known ? words[known] : value;
    }
    if (dimension.endsWith(':weekday')) return format.weekday(Number(value));
    if (dimension.endsWith(':hour')) return `${value} h`;
    if (dimension === 'visit:visitor_type' || value === 'unknown')
      return value === 'new' ? words.newVisitor : value === 'returning' ? words.returningVisitor : words.unknownVisitor;
    if (dimension === 'visit:channel' && format.language === 'fr') return channelsInFrench[value] ?? value;
    if (dimension.startsWith('bot:')) return String(phrases[`${dimension} ${value}`] ?? value);
    return labels[value] ?? value;
  };
};

/** Writes the labels of a time dimension: `2026-03-01`, `2026-03-01 14:00:00`. */
export const useTimeLabel = () => {
  const format = useFormat();
  return (label: string, step: string) =>
    step === 'time:hour'
      ? `${format.shortDay(label)} ${label.slice(11, 16)}`
      : step === 'time:month'
        ? format.day(label).replace(/^\S+\s/, '')
        : format.shortDay(label);
};
