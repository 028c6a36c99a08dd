import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { decimalsOf } from '../format.ts';
import { useLanguage } from '../language.tsx';

type Props = {
  label: ReactNode;
  description?: ReactNode;
  currency: string;
  amount: number | null;
  onChange: (amount: number | null) => void;
  error?: ReactNode;
  required?: boolean;
};

/** An amount typed in the currency's main unit and kept in minor units (integers). */
export const MoneyInput = ({ label, description, currency, amount, onChange, error, required }: Props) => {
  const { language } = useLanguage();
  const decimals = decimalsOf(currency);
  // What is being typed stays as it is: "9,5" on the way to "9,50" is text, not yet a number.
  const [typed, setTyped] = useState<string | number>('');
  const minor = (value: string | number) => {
    const main = value === '' ? Number.NaN : Number(value);
    return Number.isFinite(main) ? Math.round(main * 10 ** decimals) : null;
  };
  return (
    <NumberInput
      label={label}
      description={description}
      error={error}
      required={required ?? false}
      min={0}
      decimalScale={decimals}
      decimalSeparator={language === 'fr' ? ',' : '.'}
      thousandSeparator={language === 'fr' ? '\u202f' : ','}
      rightSection={currency}
      rightSectionWidth={48}
      hideControls
      value={minor(typed) === amount ? typed : amount === null ? '' : amount / 10 ** decimals}
      onChange={(value) => {
        setTyped(value);
        if (minor(value) !== amount) onChange(minor(value));
      }}
    />
  );
};
