import { Button, Group, NumberInput, Select } from '@mantine/core';
import { IconFileDollar, IconPlus } from '@tabler/icons-react';
import {
  changeSellingRules,
  exportProposals,
  listProposals,
  ProposalState,
  readSellingRules,
} from '#campaigns/contract';
import type { Proposal } from '#campaigns/contract';
import { AdvertiserFilter, useMay } from '#people/web';
import {
  Answer,
  call,
  EmptyState,
  Form,
  FormDialog,
  Link,
  LinkButton,
  ListPanel,
  Page,
  SearchBox,
  useForm,
  useFormat,
  useRoute,
  useSearch,
  useSortedList,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { useQueryClient } from '@tanstack/react-query';
import { messages } from './proposal-messages.ts';
import { ProposalBadge, useProposalState } from './proposal-state.tsx';

/** Every proposal: where it stands, what it is worth, until when its space is held. */
export const ProposalsPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const stateName = useProposalState();
  const { one, set } = useSearch();
  const state = ProposalState.safeParse(one('state')).data;
  const advertiser = one('advertiser');
  const q = one('q');
  const list = useSortedList<Proposal, typeof listProposals, typeof exportProposals>(listProposals, exportProposals, {
    ...(state ? { state } : {}),
    ...(advertiser ? { advertiser_id: advertiser } : {}),
    ...(q ? { q } : {}),
  });
  const add = may('campaigns.write') ? (
    <LinkButton to="/proposals/new" icon={<IconPlus size={16} aria-hidden />}>
      {words.newProposal}
    </LinkButton>
  ) : null;
  const columns: Column<Proposal>[] = [
    {
      key: 'name',
      sort: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/proposals/${row.id}`}>{row.name}</Link>,
    },
    {
      key: 'advertiser',
      sort: 'advertiser',
      header: words.advertiser,
      value: (row) => row.advertiser_name,
      from: 'sm',
    },
    {
      key: 'state',
      sort: 'state',
      header: words.state,
      value: (row) => stateName(row.state),
      cell: (row) => <ProposalBadge state={row.state} />,
    },
    { key: 'version', sort: 'version', header: words.version, value: (row) => row.version, align: 'right', from: 'md' },
    {
      key: 'deadline',
      sort: 'expires',
      header: words.deadline,
      definition: words.deadlineDefinition,
      value: (row) => (row.holds ? row.expires_at : null),
      cell: (row) => (row.holds ? format.moment(row.expires_at) : '–'),
      from: 'sm',
    },
    {
      key: 'discount',
      header: words.largestDiscount,
      definition: words.discountDefinition,
      value: (row) => row.discount,
      cell: (row) => format.percent(row.discount),
      align: 'right',
      from: 'lg',
    },
    {
      key: 'amount',
      header: words.amount,
      value: (row) => row.total,
      cell: (row) => format.money({ amount: row.total, currency: row.currency }),
      align: 'right',
      from: 'xs',
    },
  ];
  return (
    <Page
      title={words.proposals}
      actions={
        <>
          {may('proposals.approve') ? (
            <Button variant="default" onClick={() => set({ rule: '1' })}>
              {words.approvalRule}
            </Button>
          ) : null}
          {add}
        </>
      }
    >
      <Group gap="xs">
        <SearchBox />
        <Select
          aria-label={words.state}
          w={180}
          allowDeselect={false}
          data={[
            { value: '', label: words.anyState },
            ...ProposalState.options.map((value) => ({ value, label: stateName(value) })),
          ]}
          value={state ?? ''}
          onChange={(value) => set({ state: value || undefined })}
        />
        <AdvertiserFilter />
      </Group>
      <ListPanel
        list={list}
        label={words.proposals}
        file="proposals"
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          (state ?? advertiser ?? q) ? (
            <EmptyState title={words.noProposalsMatch} />
          ) : (
            <EmptyState
              icon={<IconFileDollar size={36} aria-hidden />}
              title={words.noProposals}
              next={words.noProposalsNext}
              action={add}
            />
          )
        }
      />
      <FormDialog title={words.approvalRule} opened={one('rule') === '1'} onClose={() => set({ rule: undefined })}>
        <Answer of={useRoute(readSellingRules, {})}>
          {(rules) => <RuleForm percent={rules.approval_above_percent} onDone={() => set({ rule: undefined })} />}
        </Answer>
      </FormDialog>
    </Page>
  );
};

const RuleForm = ({ percent, onDone }: { percent: number; onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm<{ approval_above_percent: number | null }>(
    { approval_above_percent: percent },
    { required: ['approval_above_percent'] },
  );
  const submit = form.submit(async (values) => {
    await call(changeSellingRules, { approval_above_percent: values.approval_above_percent ?? 0 });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <NumberInput
        label={words.approvalAbove}
        min={0}
        max={100}
        decimalScale={2}
        data-autofocus
        value={form.values.approval_above_percent ?? ''}
        error={form.errors['approval_above_percent']}
        onChange={(value) => form.change({ approval_above_percent: typeof value === 'number' ? value : null })}
      />
    </Form>
  );
};
