import {
  ActionIcon,
  Button,
  CopyButton,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconCheck, IconLink, IconPencil, IconPlus, IconSpeakerphone, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { readPushResults, setPushes } from '#campaigns/contract';
import type { MediaPlan } from '#campaigns/contract';
import { useMay } from '#people/web';
import {
  call,
  ConfirmDialog,
  DataTable,
  EmptyState,
  Form,
  FormDialog,
  LinkButton,
  MoneyInput,
  Panel,
  useAction,
  useForm,
  useFormat,
  useLanguage,
  useRoute,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './push-messages.ts';

type Push = MediaPlan['pushes'][number];
const channels = ['site', 'social', 'email', 'search', 'other'] as const;

/** As the server takes them: the link follows from the rest. */
const sendable = (pushes: readonly Push[]) => pushes.map(({ link: _link, ...push }) => push);

/** The lines of a plan that are bought elsewhere, what came of them, and what they did cost. */
export const PlanPushes = ({ plan }: { plan: MediaPlan }) => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const [editing, setEditing] = useState<Push | 'new'>();
  const [removing, setRemoving] = useState<Push>();
  const set = useAction(setPushes);
  const results = useRoute(readPushResults, { id: plan.id }, { enabled: plan.pushes.length > 0 });
  const landings = (row: Push) => results.data?.items.find(({ push_id }) => push_id === row.id)?.landings ?? null;
  const mayWrite = may('campaigns.write');
  const money = (amount: number) => format.money({ amount, currency: plan.brief.currency });
  const perLanding = (row: Push) => {
    const count = landings(row);
    return count ? (row.spent ?? row.amount) / count : null;
  };
  const columns: Column<Push>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => (
        <div style={{ minWidth: 120 }}>
          {row.name}
          <Text size="xs" c="dimmed">
            {[words[row.channel], row.where].filter(Boolean).join(' · ')}
          </Text>
        </div>
      ),
    },
    {
      key: 'dates',
      header: words.dates,
      value: (row) => row.first_day,
      cell: (row) => format.days(row.first_day, row.last_day),
      from: 'sm',
    },
    { key: 'impressions', header: words.impressions, value: (row) => row.impressions, align: 'right', from: 'lg' },
    { key: 'clicks', header: words.clicks, value: (row) => row.clicks, align: 'right', from: 'md' },
    {
      key: 'landings',
      header: words.landings,
      definition: words.landingsDefinition,
      value: landings,
      align: 'right',
      from: 'md',
    },
    {
      key: 'amount',
      header: words.amount,
      value: (row) => row.amount,
      cell: (row) => money(row.amount),
      align: 'right',
    },
    {
      key: 'spent',
      header: words.spent,
      value: (row) => row.spent,
      cell: (row) => (row.spent === null ? '–' : money(row.spent)),
      align: 'right',
      from: 'sm',
    },
    {
      key: 'cost',
      header: words.costPerLanding,
      value: perLanding,
      cell: (row) => {
        const cost = perLanding(row);
        return cost === null ? '–' : money(Math.round(cost));
      },
      align: 'right',
      from: 'lg',
    },
    {
      key: 'actions',
      header: '',
      value: (row) => row.link,
      cell: (row) => (
        <Group gap={2} wrap="nowrap" justify="flex-end">
          {row.link ? (
            <CopyButton value={row.link}>
              {({ copied, copy }) => (
                <Tooltip label={copied ? words.copied : row.link}>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`${words.copyLink}: ${row.name}`}
                    onClick={copy}
                  >
                    {copied ? <IconCheck size={16} aria-hidden /> : <IconLink size={16} aria-hidden />}
                  </ActionIcon>
                </Tooltip>
              )}
            </CopyButton>
          ) : null}
          {mayWrite ? (
            <>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`${words.edit}: ${row.name}`}
                onClick={() => setEditing(row)}
              >
                <IconPencil size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`${words.remove}: ${row.name}`}
                onClick={() => setRemoving(row)}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </>
          ) : null}
        </Group>
      ),
    },
  ];
  const add = mayWrite ? (
    <>
      <LinkButton
        variant="default"
        size="compact-sm"
        to="/rfps/new"
        search={{
          name: plan.name,
          start: plan.brief.start,
          end: plan.brief.end,
          ...(plan.advertiser_id ? { advertiser: plan.advertiser_id } : {}),
        }}
      >
        {words.ask}
      </LinkButton>
      <Button size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEditing('new')}>
        {words.add}
      </Button>
    </>
  ) : null;
  return (
    <Panel title={words.pushes} note={words.pushesNote} actions={add} flush>
      <DataTable
        label={words.pushes}
        file={`${plan.name} ${words.pushes}`}
        rows={plan.pushes}
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState icon={<IconSpeakerphone size={32} aria-hidden />} title={words.none} next={words.noneNext} />
        }
      />
      <FormDialog
        title={editing === 'new' ? words.add : words.edit}
        opened={editing !== undefined}
        onClose={() => setEditing(undefined)}
        size="lg"
      >
        {editing === undefined ? null : (
          <PushForm
            plan={plan}
            {...(editing === 'new' ? {} : { push: editing })}
            onDone={() => setEditing(undefined)}
          />
        )}
      </FormDialog>
      <ConfirmDialog
        opened={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        action={words.remove}
        question={words.removeSure(removing?.name ?? '')}
        run={() =>
          set.mutateAsync({ id: plan.id, pushes: sendable(plan.pushes.filter(({ id }) => id !== removing?.id)) })
        }
      />
    </Panel>
  );
};

const PushForm = ({ plan, push, onDone }: { plan: MediaPlan; push?: Push; onDone: () => void }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const form = useForm<{
    channel: Push['channel'];
    name: string;
    where: string;
    first_day: string | null;
    last_day: string | null;
    amount: number | null;
    spent: number | null;
    impressions: number | null;
    clicks: number | null;
    conversions: number | null;
    landing_url: string;
    source: string;
    medium: string;
    campaign: string;
    content: string;
  }>(
    {
      channel: push?.channel ?? 'social',
      name: push?.name ?? '',
      where: push?.where ?? '',
      first_day: push?.first_day ?? plan.brief.start,
      last_day: push?.last_day ?? plan.brief.end,
      amount: push?.amount ?? null,
      spent: push?.spent ?? null,
      impressions: push?.impressions || null,
      clicks: push?.clicks || null,
      conversions: push?.conversions || null,
      landing_url: push?.landing_url ?? '',
      source: push?.utm.source ?? '',
      medium: push?.utm.medium ?? '',
      campaign: push?.utm.campaign ?? tagOf(plan.name),
      content: push?.utm.content ?? '',
    },
    { required: ['name', 'first_day', 'last_day'] },
  );
  const { values, change, errors } = form;
  const submit = form.submit(async ({ source, medium, campaign, content, ...v }) => {
    const next = {
      ...(push ? { id: push.id, note: push.note } : {}),
      ...v,
      first_day: v.first_day ?? '',
      last_day: v.last_day ?? '',
      amount: v.amount ?? 0,
      impressions: v.impressions ?? 0,
      clicks: v.clicks ?? 0,
      conversions: v.conversions ?? 0,
      utm: { source, medium, campaign, content },
    };
    const others = sendable(plan.pushes);
    await call(setPushes, {
      id: plan.id,
      pushes: push ? others.map((one) => (one.id === push.id ? next : one)) : [...others, next],
    });
    await queries.invalidateQueries();
    onDone();
  });
  const number = (name: 'impressions' | 'clicks' | 'conversions') => (
    <NumberInput
      label={words[name]}
      min={0}
      allowDecimal={false}
      hideControls
      thousandSeparator={language === 'fr' ? '\u202f' : ','}
      value={values[name] ?? ''}
      error={errors[name]}
      onChange={(value) => change({ [name]: typeof value === 'number' ? value : null })}
    />
  );
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Select
          label={words.channel}
          allowDeselect={false}
          data={channels.map((value) => ({ value, label: words[value] }))}
          value={values.channel}
          onChange={(value) => {
            const channel = channels.find((one) => one === value) ?? 'other';
            // The usual medium of the channel, until somebody writes another.
            const usual = values.medium === '' || values.medium === mediums[values.channel];
            change({ channel, ...(usual ? { medium: mediums[channel] } : {}) });
          }}
        />
        <TextInput label={words.name} required data-autofocus {...form.text('name')} />
        <TextInput label={words.where} placeholder={words.whereHint} {...form.text('where')} />
        <DatePickerInput
          type="range"
          label={words.dates}
          required
          locale={language}
          valueFormat="D MMM YYYY"
          value={[values.first_day, values.last_day]}
          error={errors['first_day'] ?? errors['last_day']}
          onChange={([first_day, last_day]) => change({ first_day, last_day })}
        />
        <MoneyInput
          label={words.amount}
          currency={plan.brief.currency}
          amount={values.amount}
          onChange={(amount) => change({ amount })}
        />
        <MoneyInput
          label={words.spent}
          description={words.spentHint}
          currency={plan.brief.currency}
          amount={values.spent}
          onChange={(spent) => change({ spent })}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        {number('impressions')}
        {number('clicks')}
        {number('conversions')}
      </SimpleGrid>
      <TextInput label={words.landing} placeholder="https://" {...form.text('landing_url')} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput label={words.source} {...form.text('source')} />
        <TextInput label={words.medium} {...form.text('medium')} />
        <TextInput label={words.campaign} {...form.text('campaign')} />
        <TextInput label={words.content} {...form.text('content')} />
      </SimpleGrid>
    </Form>
  );
};

const mediums: Record<Push['channel'], string> = {
  site: 'display',
  social: 'social',
  email: 'email',
  search: 'cpc',
  other: '',
};

const tagOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
