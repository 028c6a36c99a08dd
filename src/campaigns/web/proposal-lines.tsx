import { VisuallyHidden, ActionIcon, Button, Group, NumberInput, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { MoneyInput, useFormat, useLanguage, useWords } from '#platform/web';
import { messages } from './proposal-messages.ts';
import { amountOf, copyOf, emptyLine } from './proposal-draft.ts';
import type { DraftLine } from './proposal-draft.ts';
import { ProposalLineDetails } from './proposal-line-details.tsx';

type Props = {
  lines: DraftLine[];
  onChange: (lines: DraftLine[]) => void;
  currency: string;
  zoneOf: (line: DraftLine) => string;
};

/** The lines as a grid: what is negotiated stands in the row, what is chosen once in the details under it. */
export const ProposalLines = ({ lines, onChange, currency, zoneOf }: Props) => {
  const words = useWords(messages);
  const format = useFormat();
  const { language } = useLanguage();
  const [open, setOpen] = useState<string | undefined>(lines.length === 1 ? lines[0]?.key : undefined);
  const change = (key: string, part: Partial<DraftLine>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  const add = (line: DraftLine, after?: string) => {
    const at = after === undefined ? lines.length : lines.findIndex(({ key }) => key === after) + 1;
    onChange(lines.toSpliced(at, 0, line));
    setOpen(line.key);
  };
  const total = lines.reduce((sum, line) => sum + (amountOf(line, currency)?.amount ?? 0), 0);
  return (
    <div>
      <div style={{ overflowX: 'auto' }} role="region" aria-label={words.lines} tabIndex={0}>
        <table className="vg-table" style={{ minWidth: 760 }}>
          <thead>
            <tr>
              <th scope="col">{words.line}</th>
              <th scope="col">{words.dates}</th>
              <th scope="col">{words.quantity}</th>
              <th scope="col">{words.price}</th>
              <th scope="col" data-align="right">
                {words.amount}
              </th>
              <th scope="col">
                <VisuallyHidden>{words.actions}</VisuallyHidden>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => {
              const isOpen = open === line.key;
              const name = line.name || `${words.line} ${index + 1}`;
              const amount = amountOf(line, currency);
              return (
                <Fragment key={line.key}>
                  <tr>
                    <td style={{ minWidth: 200 }}>
                      <Group gap={4} wrap="nowrap">
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          aria-expanded={isOpen}
                          aria-label={`${words.openLine}: ${name}`}
                          onClick={() => setOpen(isOpen ? undefined : line.key)}
                        >
                          {isOpen ? (
                            <IconChevronDown size={16} aria-hidden />
                          ) : (
                            <IconChevronRight size={16} aria-hidden />
                          )}
                        </ActionIcon>
                        <TextInput
                          aria-label={`${words.name}: ${name}`}
                          style={{ flex: 1 }}
                          maxLength={200}
                          value={line.name}
                          onChange={(event) => change(line.key, { name: event.currentTarget.value })}
                        />
                      </Group>
                    </td>
                    <td style={{ whiteSpace: 'nowrap' }}>
                      {line.first && line.last ? format.days(line.first, line.last) : '–'}
                    </td>
                    <td>
                      <NumberInput
                        aria-label={`${words.quantity}: ${name}`}
                        w={120}
                        min={0}
                        max={line.unit === 'share' ? 100 : 1e12}
                        allowDecimal={false}
                        hideControls
                        thousandSeparator={language === 'fr' ? '\u202f' : ','}
                        value={line.quantity ?? ''}
                        onChange={(quantity) =>
                          change(line.key, { quantity: typeof quantity === 'number' ? quantity : null })
                        }
                      />
                    </td>
                    <td style={{ minWidth: 130 }} className="vg-quiet-label">
                      <MoneyInput
                        label={`${words.price}: ${name}`}
                        currency={currency}
                        amount={line.amount}
                        onChange={(price) => change(line.key, { amount: price })}
                      />
                    </td>
                    <td data-align="right" style={{ whiteSpace: 'nowrap' }}>
                      {amount ? format.money(amount) : '–'}
                    </td>
                    <td>
                      <Group gap={2} wrap="nowrap">
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          aria-label={`${words.copyLine}: ${name}`}
                          onClick={() => add(copyOf(line), line.key)}
                        >
                          <IconCopy size={16} aria-hidden />
                        </ActionIcon>
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          aria-label={`${words.removeLine}: ${name}`}
                          onClick={() => onChange(lines.filter(({ key }) => key !== line.key))}
                        >
                          <IconTrash size={16} aria-hidden />
                        </ActionIcon>
                      </Group>
                    </td>
                  </tr>
                  {isOpen ? (
                    <tr>
                      <td colSpan={6} style={{ background: 'var(--surface-raised)' }}>
                        <ProposalLineDetails
                          line={line}
                          currency={currency}
                          zone={zoneOf(line)}
                          onChange={(part) => change(line.key, part)}
                        />
                      </td>
                    </tr>
                  ) : null}
                </Fragment>
              );
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={4}>
                {words.total}
              </th>
              <td data-align="right" style={{ whiteSpace: 'nowrap' }}>
                <strong>{format.money({ amount: total, currency })}</strong>
              </td>
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
      {lines.length === 0 ? (
        <Text c="dimmed" size="sm" p="sm">
          {words.noLinesNext}
        </Text>
      ) : null}
      <Button
        mt="xs"
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => {
          const last = lines.at(-1);
          add(emptyLine({ first: last?.first ?? null, last: last?.last ?? null }));
        }}
      >
        {words.addLine}
      </Button>
    </div>
  );
};
