import { Text } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import type { Invitation, Rfp } from '#campaigns/contract';
import { DataTable, EmptyState, Panel, useFormat, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { messages as lineMessages } from './messages.ts';
import { effectiveCpm } from './rfp-draft.ts';
import { messages } from './rfp-messages.ts';

type Row = { key: string; name: string; note: string; isTotal: boolean };
const hasLeft = new Set(['draft', 'declined', 'withdrawn']);

/** Offers side by side: a column for each publisher, a row for each line; what was offered as well comes under what was asked. */
export const RfpCompare = ({ rfp }: { rfp: Rfp }) => {
  const words = useWords(messages);
  const lineWords = useWords(lineMessages);
  const format = useFormat();
  const offers = rfp.invitations.filter(({ version, state }) => version > 0 && !hasLeft.has(state));
  const money = (amount: number) => format.money({ amount, currency: rfp.currency });
  const extra = offers.flatMap(({ lines, publisher_name }) =>
    lines
      .filter(({ asked }) => !asked)
      .map(({ id, name }) => ({ key: id, name, note: `${words.more} · ${publisher_name}`, isTotal: false })),
  );
  const rows: Row[] = [
    ...rfp.lines.map(({ id, name }) => ({ key: id, name, note: '', isTotal: false })),
    ...extra,
    { key: 'total', name: words.total, note: '', isTotal: true },
  ];
  const lineOf = ({ lines }: Invitation, row: Row) => lines.find(({ id }) => id === row.key);
  const worth = (offer: Invitation, row: Row): number | null =>
    row.isTotal ? offer.total : (lineOf(offer, row)?.total?.amount ?? lineOf(offer, row)?.amount ?? null);
  /** The lowest price of a line among those that offer the same: by CPM where impressions are counted, else by the amount. */
  const measure = (offer: Invitation, row: Row): number | null => {
    if (row.isTotal) return offer.total;
    const line = lineOf(offer, row);
    return line ? (effectiveCpm(line) ?? line.total?.amount ?? null) : null;
  };
  const isLowest = (offer: Invitation, row: Row): boolean => {
    const own = measure(offer, row);
    const all = offers.map((one) => measure(one, row)).filter((value) => value !== null);
    return own !== null && all.length > 1 && own === Math.min(...all);
  };
  const columns: Column<Row>[] = [
    {
      key: 'line',
      header: words.line,
      value: (row) => row.name,
      cell: (row) => (
        <div style={{ minWidth: 130, fontWeight: row.isTotal ? 600 : undefined }}>
          {row.name}
          {row.note ? (
            <Text size="xs" c="dimmed">
              {row.note}
            </Text>
          ) : null}
        </div>
      ),
    },
    ...offers.map((offer): Column<Row> => ({
      key: offer.id,
      header: offer.publisher_name,
      value: (row) => {
        const amount = worth(offer, row);
        return amount === null ? null : amount / 100;
      },
      cell: (row) => {
        const line = lineOf(offer, row);
        if (!row.isTotal && !line)
          return (
            <Text size="sm" c="dimmed">
              {words.notOffered}
            </Text>
          );
        const weight = isLowest(offer, row) ? 700 : undefined;
        if (row.isTotal || !line)
          return (
            <Text size="sm" {...(weight ? { fw: weight } : {})}>
              {money(offer.total)}
            </Text>
          );
        const cpm = effectiveCpm(line);
        return (
          <div style={{ minWidth: 150 }}>
            <Text size="sm" {...(weight ? { fw: weight } : {})}>
              {money(line.amount)} {lineWords[line.model]}
            </Text>
            <Text size="xs" c="dimmed">
              {line.unit === 'share'
                ? format.percent(line.quantity, 0)
                : `${format.number(line.quantity)} ${lineWords[line.unit]}`}
              {' · '}
              {line.total ? format.money(line.total) : words.afterDelivery}
              {cpm !== null && line.model !== 'cpm' ? ` · ${words.effective} ${money(cpm)}` : ''}
            </Text>
            <Text size="xs" c="dimmed">
              {format.days(line.first_day, line.last_day)}
              {line.site || line.where ? ` · ${[line.site, line.where].filter(Boolean).join(' · ')}` : ''}
            </Text>
          </div>
        );
      },
    })),
  ];
  return (
    <Panel title={words.compare} note={offers.length > 0 ? words.compareNote : undefined} flush>
      {offers.length === 0 ? (
        <EmptyState icon={<IconScale size={32} aria-hidden />} title={words.noOffers} next={words.noOffersNext} />
      ) : (
        <DataTable
          label={words.compare}
          file={`offers-${rfp.name}`}
          rows={rows}
          columns={columns}
          rowKey={(row) => row.key}
        />
      )}
    </Panel>
  );
};
