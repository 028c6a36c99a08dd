import { Button, Group, Select, Stack } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useState } from 'react';
import { FormDialog } from './form/form.tsx';
import { useLanguage, useWords } from './language.tsx';
import { messages } from './messages.ts';
import { comparisonOf, comparisons, daysOf, periodOf, periodWords } from './period.ts';
import type { Comparison, Period } from './period.ts';
import { useFormat } from './use-format.ts';
import { useSearch } from './use-search.ts';

/** Period and comparison of a view, kept in its address as `period` and `compare`. */
export const usePeriod = (today: string, otherwise: Period = '28d') => {
  const { one, set } = useSearch();
  const period = periodOf(one('period'), otherwise);
  const compare = comparisonOf(one('compare'));
  return { period, compare, days: daysOf(period, today), set };
};

export const usePeriodLabel = () => {
  const words = useWords(messages);
  const format = useFormat();
  const labels: Record<string, string> = {
    day: words.today,
    yesterday: words.yesterday,
    '7d': words.last7,
    '28d': words.last28,
    '30d': words.last30,
    month: words.monthToDate,
    '6mo': words.last6months,
    '12mo': words.last12months,
    year: words.yearToDate,
    all: words.allTime,
  };
  return (period: Period) => {
    const [from = '', to = ''] = period.split('..');
    return labels[period] ?? format.days(from, to);
  };
};

export const PeriodPicker = ({
  today,
  otherwise = '28d',
  withComparison = true,
}: {
  today: string;
  otherwise?: Period;
  withComparison?: boolean;
}) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const label = usePeriodLabel();
  const { period, compare, days, set } = usePeriod(today, otherwise);
  const [open, setOpen] = useState(false);
  const [range, setRange] = useState<[string | null, string | null]>([days?.[0] ?? null, days?.[1] ?? null]);
  const isCustom = period.includes('..');
  const options = [
    ...periodWords.map((word) => ({ value: word, label: label(word) })),
    ...(isCustom ? [{ value: period, label: label(period) }] : []),
    { value: 'custom', label: words.custom },
  ];
  const comparisonLabels: Record<Comparison, string> = {
    none: words.compareNone,
    previous: words.comparePrevious,
    year: words.compareYear,
  };
  const [from, to] = range;
  return (
    <Group gap={6}>
      <Select
        aria-label={words.period}
        w={190}
        size="sm"
        data={options}
        value={period}
        allowDeselect={false}
        onChange={(value) => {
          if (value === 'custom') setOpen(true);
          else set({ period: value === otherwise ? undefined : (value ?? undefined) }, { push: true });
        }}
      />
      <FormDialog title={words.custom} opened={open} onClose={() => setOpen(false)}>
        <Stack gap="sm">
          <DatePickerInput
            type="range"
            label={`${words.from} – ${words.to}`}
            locale={language}
            valueFormat="D MMM YYYY"
            allowSingleDateInRange
            value={range}
            onChange={setRange}
          />
          <Button
            disabled={!from || !to}
            onClick={() => {
              set({ period: `${from ?? ''}..${to ?? ''}` }, { push: true });
              setOpen(false);
            }}
          >
            {words.apply}
          </Button>
        </Stack>
      </FormDialog>
      {withComparison ? (
        <Select
          aria-label={words.compare}
          w={190}
          size="sm"
          data={comparisons.map((value) => ({ value, label: comparisonLabels[value] }))}
          value={compare}
          allowDeselect={false}
          onChange={(value) => set({ compare: value === 'none' ? undefined : (value ?? undefined) }, { push: true })}
        />
      ) : null}
    </Group>
  );
};
