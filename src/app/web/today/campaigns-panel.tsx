import { Group, SegmentedControl, TextInput } from '@mantine/core';
import { IconAd2, IconSearch } from '@tabler/icons-react';
import type { LiveFigures } from '#analytics/contract';
import type { LineItem } from '#campaigns/contract';
import { DataTable, EmptyState, lastDay, Link, LinkButton, Panel, useFormat, useSearch, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { useZone } from '#inventory/web';
import { ProgressBar, reportingMessages, StatusBadge } from '#reporting/web';
import type { Standing } from '#reporting/web';
import { messages } from './messages.ts';

export type Campaign = {
  line: LineItem;
  standing: Standing | undefined;
  today: LiveFigures['line_items'][number]['today'] | undefined;
};

const paces = ['behind', 'on-track', 'ahead'] as const;
const groupOf = ({ standing }: Campaign) => {
  const status = standing?.status;
  if (status === 'behind' || status === 'silent') return 'behind';
  return status === 'ahead' || status === 'complete' ? 'ahead' : 'on-track';
};
/** Late lines first: they are the ones to act on. */
const rank = (campaign: Campaign) => paces.findIndex((pace) => pace === groupOf(campaign));

/** Every line under way: with two hundred of them the list is filtered, sorted and only drawn where it is seen. */
export const CampaignsPanel = ({ campaigns }: { campaigns: Campaign[] | undefined }) => {
  const words = useWords(messages);
  const status = useWords(reportingMessages);
  const format = useFormat();
  const zone = useZone();
  const { one, set } = useSearch();
  const pace = paces.find((name) => name === one('pace'));
  const q = one('q') ?? '';
  const wanted = q.toLowerCase();
  const shown = campaigns?.filter(
    (campaign) =>
      (!pace || groupOf(campaign) === pace) &&
      `${campaign.line.name} ${campaign.line.order_name} ${campaign.line.advertiser_name}`
        .toLowerCase()
        .includes(wanted),
  );
  const count = (name: (typeof paces)[number]) =>
    format.number(campaigns?.filter((campaign) => groupOf(campaign) === name).length);
  const columns: Column<Campaign>[] = [
    {
      key: 'line',
      header: words.line,
      value: ({ line }) => line.name,
      cell: ({ line }) => (
        <div style={{ minWidth: 140 }}>
          <Link to={`/line-items/${line.id}`}>{line.name}</Link>
          <div style={{ fontSize: 12, color: 'var(--ink-soft)' }}>{line.advertiser_name}</div>
        </div>
      ),
    },
    {
      key: 'order',
      header: words.order,
      value: ({ line }) => line.order_name,
      cell: ({ line }) => (
        <Link to={`/orders/${line.order_id}`} quiet>
          {line.order_name}
        </Link>
      ),
      from: 'xl',
    },
    {
      key: 'standing',
      header: words.standing,
      value: rank,
      cell: ({ standing }) => (standing ? <StatusBadge status={standing.status} /> : '…'),
    },
    {
      key: 'delivered',
      header: words.delivered,
      value: ({ standing }) =>
        standing?.progress
          ? standing.progress.delivered / Math.max(1, standing.progress.ordered)
          : standing?.counts.impressions,
      cell: ({ line, standing }) => (standing ? <ProgressBar standing={standing} name={line.name} /> : '…'),
      from: 'sm',
    },
    {
      key: 'today',
      header: words.todayCount,
      value: ({ today }) => today?.impressions ?? 0,
      align: 'right',
      from: 'sm',
      definition: `${words.impressions}, ${words.sinceMidnight}`,
    },
    {
      key: 'ends',
      header: words.ends,
      value: ({ line }) => line.end,
      cell: ({ line }) => <span style={{ whiteSpace: 'nowrap' }}>{format.shortDay(lastDay(line.end, zone))}</span>,
      from: 'md',
    },
  ];
  return (
    <Panel title={words.campaigns} note={words.campaignsNote} flush>
      {campaigns?.length ? (
        <Group px="md" pb="xs" gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={words.standing}
            value={pace ?? ''}
            onChange={(value) => set({ pace: value || undefined })}
            data={[
              { value: '', label: `${words.all} ${format.number(campaigns.length)}` },
              ...paces.map((name) => ({ value: name, label: `${status[name]} ${count(name)}` })),
            ]}
          />
          <TextInput
            size="xs"
            flex="1 1 180px"
            aria-label={words.filter}
            placeholder={words.filter}
            leftSection={<IconSearch size={14} aria-hidden />}
            value={q}
            onChange={(event) => set({ q: event.currentTarget.value || undefined })}
          />
        </Group>
      ) : null}
      <DataTable
        label={words.campaigns}
        file="campaigns-today"
        rows={shown}
        columns={columns}
        rowKey={({ line }) => line.id}
        sort={{ key: 'standing', desc: false }}
        empty={
          campaigns?.length ? (
            <EmptyState title={words.noMatch} />
          ) : (
            <EmptyState
              icon={<IconAd2 size={36} aria-hidden />}
              title={words.campaignsNone}
              next={words.campaignsNoneNext}
              action={
                <LinkButton to="/orders" search={{ new: '1' }}>
                  {words.newOrder}
                </LinkButton>
              }
            />
          )
        }
      />
    </Panel>
  );
};
