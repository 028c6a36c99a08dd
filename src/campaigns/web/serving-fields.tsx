import { MultiSelect, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Roadblock } from '#campaigns/contract';
import type { LineItem } from '#campaigns/contract';
import { useAdvertisers } from '#people/web';
import { useLanguage, useWords } from '#platform/web';
import { servingMessages } from './serving-messages.ts';

export type ServingValues = Pick<
  LineItem,
  'daily_cap' | 'lifetime_cap' | 'pacing' | 'pacing_curve' | 'roadblock' | 'exclusion_labels' | 'excluded_advertisers'
>;

/** What a line does beside others on a page, and the curve of a custom pacing. */
export const ServingFields = ({
  values,
  change,
  errors,
}: {
  values: ServingValues;
  change: (part: Partial<ServingValues>) => void;
  errors: Partial<Record<string, string | undefined>>;
}) => {
  const words = useWords(servingMessages);
  const { language } = useLanguage();
  const advertisers = useAdvertisers();
  return (
    <>
      {values.pacing === 'custom' ? (
        <Curve
          value={values.pacing_curve}
          onChange={(pacing_curve) => change({ pacing_curve })}
          error={errors['pacing_curve']}
        />
      ) : null}
      {(['daily_cap', 'lifetime_cap'] as const).map((limit) => (
        <NumberInput
          key={limit}
          label={words[limit]}
          description={words[`${limit}Hint`]}
          min={1}
          max={1e12}
          allowDecimal={false}
          thousandSeparator={language === 'fr' ? '\u202f' : ','}
          value={values[limit] ?? ''}
          error={errors[limit]}
          onChange={(most) => change({ [limit]: typeof most === 'number' ? most : null })}
        />
      ))}
      <Select
        label={words.roadblock}
        allowDeselect={false}
        data={Roadblock.options.map((value) => ({ value, label: words[value] }))}
        value={values.roadblock}
        error={errors['roadblock']}
        onChange={(roadblock) => change({ roadblock: Roadblock.parse(roadblock) })}
      />
      <TagsInput
        label={words.labels}
        description={words.labelsHint}
        value={values.exclusion_labels}
        error={errors['exclusion_labels']}
        onChange={(exclusion_labels) => change({ exclusion_labels })}
      />
      <MultiSelect
        label={words.excluded}
        description={words.excludedHint}
        searchable
        data={(advertisers.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={values.excluded_advertisers}
        error={errors['excluded_advertisers']}
        onChange={(excluded_advertisers) => change({ excluded_advertisers })}
      />
    </>
  );
};

/** Weights as they are typed; what is no list of numbers is sent as none, and refused by name. */
const Curve = ({
  value,
  onChange,
  error,
}: {
  value: number[] | null;
  onChange: (curve: number[] | null) => void;
  error: string | undefined;
}) => {
  const words = useWords(servingMessages);
  const [text, setText] = useState(value?.join(', ') ?? '');
  return (
    <TextInput
      label={words.curve}
      description={words.curveHint}
      required
      inputMode="decimal"
      value={text}
      error={error}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const weights = event.currentTarget.value
          .split(/[\s,;]+/)
          .filter(Boolean)
          .map(Number);
        onChange(weights.length > 1 && weights.every((weight) => weight >= 0) ? weights : null);
      }}
    />
  );
};
