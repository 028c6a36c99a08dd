import { NumberInput } from '@mantine/core';
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
      value={amount === null ? '' : amount / 10 ** decimals}
      onChange={(value) => onChange(typeof value === 'number' ? Math.round(value * 10 ** decimals) : null)}
    />
  );
};
