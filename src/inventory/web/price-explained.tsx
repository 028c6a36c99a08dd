import { Alert, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { askPrice } from '#inventory/contract';
import type { ExplainedPrice } from '#inventory/contract';
import { useMay } from '#people/web';
import type { InputOf } from '#platform/web';
import { ErrorState, LoadingRows, useFormat, useRoute, useWords } from '#platform/web';
import { basisText } from './price-basis.ts';
import { messages } from './price-messages.ts';

type Props = {
  question: InputOf<typeof askPrice> | undefined;
  actions?: (price: ExplainedPrice) => ReactNode;
};

/** What something costs by the rate card, each step with its basis. */
export const PriceExplained = ({ question, actions }: Props) => {
  const words = useWords(messages);
  const may = useMay();
  const [settled] = useDebouncedValue(question ? JSON.stringify(question) : '', 300);
  const input = settled === '' ? { start: '', end: '' } : (JSON.parse(settled) as InputOf<typeof askPrice>);
  const asked = useRoute(askPrice, input, { enabled: settled !== '' && may('rate-cards.read'), keep: true });
  if (settled === '' || !may('rate-cards.read'))
    return (
      <Text size="sm" c="dimmed">
        {words.choose}
      </Text>
    );
  // What a card has no price for is an everyday case, not a failure.
  if (asked.error && (asked.error.status === 409 || asked.error.status === 400))
    return (
      <Alert color="yellow" variant="light" role="status" title={words.noRate}>
        {asked.error.message}
      </Alert>
    );
  if (asked.error) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <LoadingRows rows={3} />;
  return (
    <>
      <Steps price={asked.data} />
      {actions?.(asked.data)}
    </>
  );
};

const Steps = ({ price }: { price: ExplainedPrice }) => {
  const words = useWords(messages);
  const format = useFormat();
  const money = (amount: number) => format.money({ amount, currency: price.currency });
  const said = (basis: string) =>
    basisText(
      basis,
      {
        units: {
          impressions: words['basis.impressions'],
          'viewable impressions': words['basis.viewable impressions'],
          clicks: words['basis.clicks'],
          actions: words['basis.actions'],
          days: words['basis.days'],
        },
        perThousand: words['basis.perThousand'],
        flat: words['basis.flat'],
        of: words['basis.of'],
        onDays: words['basis.onDays'],
        atLeast: words['basis.atLeast'],
        grossFrom: words['basis.grossFrom'],
        insertionsFrom: words['basis.insertionsFrom'],
      },
      { number: (value) => format.number(value, 2), money },
    );
  const sums = [
    [words.gross, price.gross],
    [words.net, price.net],
    ...(price.payable === price.net ? [] : [[words.payable, price.payable] as const]),
  ] as const;
  return (
    <div style={{ overflowX: 'auto' }} role="region" aria-label={words.prices} tabIndex={0}>
      <table className="vg-table">
        <caption style={{ textAlign: 'left', padding: '0 12px 6px', color: 'var(--ink-soft)', fontSize: 12 }}>
          {words.card} : {price.rate_card_name ?? words.noCard}. {words.rounding}
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.step}</th>
            <th scope="col">{words.basis}</th>
            <th scope="col" data-align="right">
              {words.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {price.steps.map((step, index) => (
            <tr key={index}>
              <td>
                {words[`step.${step.code}`]}
                {['base', 'package', 'season', 'surcharge'].includes(step.code) ? ` · ${step.label}` : ''}
              </td>
              <td>{said(step.basis)}</td>
              <td data-align="right" style={{ whiteSpace: 'nowrap' }}>
                {money(step.amount)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {sums.map(([name, amount]) => (
            <tr key={name}>
              <th scope="row" colSpan={2}>
                {name}
              </th>
              <td data-align="right" style={{ whiteSpace: 'nowrap' }}>
                <strong>{money(amount)}</strong>
              </td>
            </tr>
          ))}
          {price.unit_rate ? (
            <tr>
              <th scope="row" colSpan={2}>
                {words.unitRate}
              </th>
              <td data-align="right">{format.money(price.unit_rate)}</td>
            </tr>
          ) : null}
        </tfoot>
      </table>
      {price.warnings.length > 0 ? (
        <Alert color="yellow" variant="light" mt="xs">
          {words['warning.below-floor']}
        </Alert>
      ) : null}
    </div>
  );
};
