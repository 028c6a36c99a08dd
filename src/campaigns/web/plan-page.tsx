import { Alert, Button, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconPencil } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteMediaPlan, proposeMediaPlan, readMediaPlan, setQuantities } from '#campaigns/contract';
import type { MediaPlan, PlanLine, Scenario } from '#campaigns/contract';
import { AdvertiserPicker, useMay } from '#people/web';
import {
  Answer,
  ConfirmDialog,
  DataTable,
  ErrorState,
  Link,
  LinkButton,
  Page,
  Panel,
  platformMessages,
  useAction,
  useFormat,
  useLanguage,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { basisSentence } from '../media-plan-basis.ts';
import { Flowchart } from './flowchart.tsx';
import { messages } from './plan-messages.ts';
import { PlanPushes } from './plan-pushes.tsx';
import { linesOf, totalsOf } from './plan-totals.ts';
import type { Quantities } from './plan-totals.ts';
import { messages as pushMessages } from './push-messages.ts';
import { useTargetingText } from './targeting-builder.tsx';

/** One media plan: its scenarios side by side, the lines of one of them, and the proposal made of it. */
export const PlanPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const navigate = useNavigate();
  const targetingText = useTargetingText();
  const { one, set } = useSearch();
  const { id = '' } = useParams({ strict: false });
  const [leaving, setLeaving] = useState(false);
  const remove = useAction(deleteMediaPlan, { onDone: () => void navigate({ to: '/plans', search: {} }) });
  return (
    <Answer of={useRoute(readMediaPlan, { id })}>
      {(plan) => {
        const chosen = plan.scenarios.find(({ key }) => key === one('scenario')) ?? plan.scenarios[0];
        const { brief } = plan;
        return (
          <Page
            title={plan.name}
            trail={[{ label: words.plans, to: '/plans' }]}
            under={
              <>
                {plan.advertiser_name ? `${plan.advertiser_name} · ` : ''}
                {words[brief.objective]}, {words[`most.${brief.objective}`]} ·{' '}
                {format.money({ amount: brief.budget, currency: brief.currency })} ·{' '}
                {format.days(brief.start, brief.end)}
                {brief.targeting ? ` · ${targetingText(brief.targeting)}` : ''} ·{' '}
                {words.computed(format.moment(plan.computed_at))}
              </>
            }
            actions={
              <>
                <ExportButtons plan={plan} scenario={chosen?.key} />
                {may('campaigns.write') ? (
                  <>
                    <Button variant="default" onClick={() => setLeaving(true)}>
                      {words.remove}
                    </Button>
                    <LinkButton variant="default" to={`/plans/${id}/edit`} icon={<IconPencil size={16} aria-hidden />}>
                      {words.editBrief}
                    </LinkButton>
                  </>
                ) : null}
              </>
            }
          >
            <Scenarios plan={plan} chosen={chosen?.key} onChoose={(key) => set({ scenario: key })} />
            {chosen ? <Lines key={`${chosen.key} ${plan.computed_at}`} plan={plan} scenario={chosen} /> : null}
            <PlanPushes plan={plan} />
            {chosen ? <PlanFlow plan={plan} scenario={chosen} /> : null}
            <Basis plan={plan} />
            <ConfirmDialog
              opened={leaving}
              onClose={() => setLeaving(false)}
              action={words.remove}
              question={words.removeSure}
              run={() => remove.mutateAsync({ id })}
            />
          </Page>
        );
      }}
    </Answer>
  );
};

const useBinding = () => {
  const words = useWords(messages);
  const format = useFormat();
  return ({ binding }: Scenario): string =>
    format.list(
      binding.map(({ code, placements }) =>
        code === 'space' || code === 'share'
          ? words[`binding.${code}`](format.number(placements.length))
          : words[`binding.${code}`],
      ),
    );
};

type ScenariosProps = {
  plan: MediaPlan;
  chosen: Scenario['key'] | undefined;
  onChoose: (key: Scenario['key']) => void;
};

/** Scenarios side by side: one column each. */
const Scenarios = ({ plan, chosen, onChoose }: ScenariosProps) => {
  const words = useWords(messages);
  const format = useFormat();
  const binding = useBinding();
  const { brief, scenarios } = plan;
  const money = (amount: number | null) =>
    amount === null || !Number.isFinite(amount)
      ? '–'
      : format.money({ amount: Math.round(amount), currency: brief.currency });
  const per = (amount: number, count: number) => (count > 0 ? amount / count : null);
  const unit = { awareness: words.reach, traffic: words.clicks, conversion: words.conversions }[brief.objective];
  const rows: { name: string; of: (one: Scenario) => string }[] = [
    { name: words.budget, of: (one) => money(one.budget) },
    { name: words.amount, of: (one) => money(one.total.amount) },
    { name: words.unspent, of: (one) => money(Math.max(0, one.budget - one.total.amount)) },
    { name: words.placementsUsed, of: (one) => format.number(one.lines.length) },
    { name: words.impressions, of: (one) => format.number(one.total.impressions) },
    { name: words.viewable, of: (one) => format.number(one.total.viewable) },
    { name: words.reach, of: (one) => format.number(one.total.reach) },
    { name: words.clicks, of: (one) => format.number(one.total.clicks) },
    { name: words.conversions, of: (one) => format.number(one.total.conversions, 1) },
    { name: words.cpm, of: (one) => money(per(one.total.amount * 1000, one.total.impressions)) },
    { name: words.cpc, of: (one) => money(per(one.total.amount, one.total.clicks)) },
    { name: words.cpa, of: (one) => money(per(one.total.amount, one.total.conversions)) },
    { name: words.binding, of: binding },
    { name: words.nextHundred, of: (one) => `${format.number(one.next_hundred, 1)} · ${unit}` },
  ];
  return (
    <Panel title={words.scenarios} flush>
      <div style={{ overflowX: 'auto' }} role="region" aria-label={words.scenarios} tabIndex={0}>
        <table className="vg-table" style={{ minWidth: 720 }}>
          <thead>
            <tr>
              <th scope="col">{words.scenario}</th>
              {scenarios.map((one) => (
                <th key={one.key} scope="col" style={{ whiteSpace: 'normal', verticalAlign: 'top', minWidth: 150 }}>
                  <Button
                    size="compact-sm"
                    variant={one.key === chosen ? 'filled' : 'default'}
                    aria-pressed={one.key === chosen}
                    onClick={() => onChoose(one.key)}
                  >
                    {words[one.key]}
                  </Button>
                  <Text size="xs" c="dimmed" fw={400} mt={4}>
                    {words[`about.${one.key}`]}
                  </Text>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, of }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {scenarios.map((one) => (
                  <td
                    key={one.key}
                    style={one.key === chosen ? { background: 'var(--accent-wash)', fontWeight: 600 } : undefined}
                  >
                    {of(one)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
};

const Lines = ({ plan, scenario }: { plan: MediaPlan; scenario: Scenario }) => {
  const words = useWords(messages);
  const format = useFormat();
  const { language } = useLanguage();
  const may = useMay();
  const pushWords = useWords(pushMessages);
  const kept: Quantities = plan.quantities[scenario.key] ?? {};
  const [changed, setChanged] = useState<Quantities>(kept);
  const save = useAction(setQuantities, {
    onDone: () => notifications.show({ color: 'green', message: pushWords.kept }),
  });
  const isKept = JSON.stringify(kept) === JSON.stringify(changed);
  const keep = (quantities: Quantities) =>
    save.mutate({
      id: plan.id,
      scenario: scenario.key,
      quantities: Object.entries(quantities).map(([placement_id, impressions]) => ({ placement_id, impressions })),
    });
  const [asking, setAsking] = useState(false);
  const { currency } = plan.brief;
  const money = (amount: number) => format.money({ amount, currency });
  const lines = linesOf(scenario, changed);
  const totals = totalsOf(lines);
  const over = totals.amount - scenario.budget;
  const columns: Column<PlanLine>[] = [
    {
      key: 'placement',
      header: words.placement,
      value: (row) => `${row.site_name} › ${row.name}`,
      cell: (row) => (
        <Link to={`/placements/${row.placement_id}`}>
          {row.site_name} › {row.name}
        </Link>
      ),
    },
    { key: 'available', header: words.available, value: (row) => row.available, align: 'right', from: 'md' },
    {
      key: 'quantity',
      header: words.quantity,
      value: (row) => row.impressions,
      cell: (row) => (
        <NumberInput
          aria-label={`${words.quantity}: ${row.site_name} › ${row.name}`}
          w={130}
          ml="auto"
          min={0}
          allowDecimal={false}
          hideControls
          thousandSeparator={language === 'fr' ? '\u202f' : ','}
          value={row.impressions}
          error={row.impressions > row.available + 1 ? words.overSpace : undefined}
          onChange={(value) =>
            setChanged({ ...changed, [row.placement_id]: typeof value === 'number' ? Math.max(0, value) : 0 })
          }
        />
      ),
      align: 'right',
    },
    {
      key: 'rate',
      header: words.rate,
      value: (row) => row.rate,
      cell: (row) => money(row.rate),
      align: 'right',
      from: 'sm',
    },
    {
      key: 'amount',
      header: words.amount,
      value: (row) => row.amount,
      cell: (row) => money(row.amount),
      align: 'right',
    },
    { key: 'clicks', header: words.clicks, value: (row) => Math.round(row.clicks), align: 'right', from: 'md' },
    {
      key: 'conversions',
      header: words.conversions,
      value: (row) => row.conversions,
      cell: (row) => format.number(row.conversions, 1),
      align: 'right',
      from: 'lg',
    },
    {
      key: 'counted',
      header: pushWords.counted,
      definition: pushWords.countedDefinition,
      value: (row) => row.counted ?? 0,
      align: 'right',
      from: 'lg',
    },
  ];
  if (scenario.lines.length === 0)
    return (
      <Alert color="yellow" variant="light">
        {words.nothing}
      </Alert>
    );
  return (
    <Panel
      title={`${words.lines} : ${words[scenario.key]}`}
      note={words.linesNote}
      flush
      actions={
        may('campaigns.write') ? (
          <>
            {Object.keys(changed).length > 0 ? (
              <Button
                variant="default"
                onClick={() => {
                  setChanged({});
                  if (Object.keys(kept).length > 0) keep({});
                }}
              >
                {pushWords.resetQuantities}
              </Button>
            ) : null}
            {isKept ? null : (
              <Button variant="default" loading={save.isPending} onClick={() => keep(changed)}>
                {pushWords.saveQuantities}
              </Button>
            )}
            <Button onClick={() => setAsking(true)}>{words.propose}</Button>
          </>
        ) : null
      }
    >
      <DataTable
        label={words.lines}
        file={`${plan.name} ${scenario.key}`}
        rows={lines}
        columns={columns}
        rowKey={(row) => row.placement_id}
      />
      <Text px="md" pb="sm" size="sm" role="status">
        <strong>{words.total}</strong> : {money(totals.amount)} · {format.number(totals.impressions)}{' '}
        {words.impressions.toLowerCase()} · {format.number(totals.clicks)} {words.clicks.toLowerCase()} ·{' '}
        {format.number(totals.conversions, 1)} {words.conversions.toLowerCase()}
        {over > scenario.lines.length ? (
          <Text span c="var(--bad)" fw={600}>
            {' '}
            · {words.overBudget(money(over))}
          </Text>
        ) : null}
      </Text>
      {asking ? (
        <ProposeDialog plan={plan} scenario={scenario} changed={changed} onClose={() => setAsking(false)} />
      ) : null}
    </Panel>
  );
};

type ProposeProps = { plan: MediaPlan; scenario: Scenario; changed: Quantities; onClose: () => void };

const ProposeDialog = ({ plan, scenario, changed, onClose }: ProposeProps) => {
  const words = useWords(messages);
  const platform = useWords(platformMessages);
  const navigate = useNavigate();
  const [advertiser, setAdvertiser] = useState<string | null>(plan.advertiser_id);
  const propose = useAction(proposeMediaPlan, {
    onDone: (made) => void navigate({ to: `/proposals/${made.id}/edit`, search: {} }),
  });
  return (
    <Modal opened onClose={onClose} title={words.propose} closeButtonProps={{ 'aria-label': platform.close }}>
      <Stack>
        <AdvertiserPicker label={words.chooseAdvertiser} required value={advertiser} onChange={setAdvertiser} />
        {propose.error ? <ErrorState error={propose.error} /> : null}
        <Button
          disabled={advertiser === null}
          loading={propose.isPending}
          onClick={() =>
            propose.mutate({
              id: plan.id,
              scenario: scenario.key,
              ...(advertiser ? { advertiser_id: advertiser } : {}),
              quantities: Object.entries(changed).map(([placement_id, impressions]) => ({ placement_id, impressions })),
            })
          }
        >
          {words.propose}
        </Button>
      </Stack>
    </Modal>
  );
};

/** What of the plan runs when: the scenario's placements over its days, and what is bought elsewhere over its own. */
const PlanFlow = ({ plan, scenario }: { plan: MediaPlan; scenario: Scenario }) => {
  const words = useWords(pushMessages);
  const format = useFormat();
  const money = (amount: number) => format.money({ amount, currency: plan.brief.currency });
  const { start, end } = plan.brief;
  const own = linesOf(scenario, plan.quantities[scenario.key] ?? {}).filter(({ impressions }) => impressions > 0);
  const rows = [
    ...own.map((line) => ({
      key: line.placement_id,
      name: `${line.site_name} › ${line.name}`,
      detail: `${words.own} · ${money(line.amount)}`,
      first: start,
      last: end,
      tone: 'own' as const,
    })),
    ...plan.pushes.map((push) => ({
      key: push.id,
      name: push.name,
      detail: `${words[push.channel]} · ${money(push.amount)}`,
      first: push.first_day,
      last: push.last_day,
      tone: 'elsewhere' as const,
    })),
  ];
  if (rows.length === 0) return null;
  const from = [start, ...plan.pushes.map(({ first_day }) => first_day)].toSorted()[0] ?? start;
  const to = [end, ...plan.pushes.map(({ last_day }) => last_day)].toSorted().at(-1) ?? end;
  return (
    <Panel title={words.flowchart} note={words.flowchartNote} flush>
      <Flowchart label={words.flowchart} rows={rows} from={from} to={to} />
    </Panel>
  );
};

const ExportButtons = ({ plan, scenario }: { plan: MediaPlan; scenario: Scenario['key'] | undefined }) => {
  const words = useWords(pushMessages);
  const { language } = useLanguage();
  return (['pdf', 'xlsx'] as const).map((kind) => (
    <Button
      key={kind}
      component="a"
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      href={`/api/media-plans/${plan.id}/export?${new URLSearchParams({ scenario: scenario ?? 'best', format: kind, language })}`}
      target="_blank"
      rel="noreferrer"
    >
      {kind === 'pdf' ? words.exportPdf : words.exportXlsx}
    </Button>
  ));
};

const Basis = ({ plan }: { plan: MediaPlan }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  return (
    <Panel title={words.basis}>
      {plan.basis.map((one) => (
        <Text key={one.code} size="sm">
          {basisSentence(one, language)}
        </Text>
      ))}
    </Panel>
  );
};
