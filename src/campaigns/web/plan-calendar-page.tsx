import { Button, Group } from '@mantine/core';
import { IconCalendarStats } from '@tabler/icons-react';
import { readPlanCalendar } from '#campaigns/contract';
import type { PlannedEntry } from '#campaigns/contract';
import { useZone } from '#inventory/web';
import { AdvertiserFilter } from '#people/web';
import {
  addDays,
  Answer,
  dayIn,
  EmptyState,
  Page,
  Panel,
  useFormat,
  useNow,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { Flowchart } from './flowchart.tsx';
import type { FlowRow } from './flowchart.tsx';
import { messages as planMessages } from './plan-messages.ts';
import { messages } from './push-messages.ts';

const shown = 92;
const day = /^\d{4}-\d{2}-\d{2}$/;
const toneOf = ({ kind }: PlannedEntry): FlowRow['tone'] =>
  kind === 'sold' || kind === 'bought' || kind === 'own' ? kind : 'elsewhere';

/** Everything that is planned, bought or sold, on one calendar of three months. */
export const PlanCalendarPage = () => {
  const words = useWords(messages);
  const plans = useWords(planMessages);
  const format = useFormat();
  const { one, set } = useSearch();
  const today = dayIn(useZone(), useNow());
  const asked = one('from') ?? '';
  const from = day.test(asked) ? asked : `${today.slice(0, 8)}01`;
  const to = addDays(from, shown - 1);
  const advertiser = one('advertiser');
  const rowOf = (entry: PlannedEntry): FlowRow => ({
    key: entry.id,
    name: entry.name,
    detail: [
      words[entry.kind],
      entry.where,
      entry.advertiser_name,
      entry.amount && entry.amount.amount > 0 ? format.money(entry.amount) : '',
    ]
      .filter(Boolean)
      .join(' · '),
    first: entry.first_day,
    last: entry.last_day,
    tone: toneOf(entry),
    to: entry.plan_id ? `/plans/${entry.plan_id}` : `/orders/${entry.order_id}`,
  });
  return (
    <Page title={words.calendar} trail={[{ label: plans.plans, to: '/plans' }]} under={format.days(from, to)}>
      <Group gap="xs">
        <Button variant="default" onClick={() => set({ from: addDays(from, -30) })}>
          {words.earlier}
        </Button>
        <Button variant="default" onClick={() => set({ from: undefined })}>
          {words.today}
        </Button>
        <Button variant="default" onClick={() => set({ from: addDays(from, 30) })}>
          {words.later}
        </Button>
        <AdvertiserFilter />
      </Group>
      <Panel title={words.calendar} note={words.calendarNote} flush>
        <Answer
          of={useRoute(
            readPlanCalendar,
            { from, to, ...(advertiser ? { advertiser_id: advertiser } : {}) },
            { keep: true },
          )}
        >
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState
                icon={<IconCalendarStats size={32} aria-hidden />}
                title={words.nothing}
                next={words.nothingNext}
              />
            ) : (
              <Flowchart label={words.calendar} rows={items.map(rowOf)} from={from} to={to} />
            )
          }
        </Answer>
      </Panel>
    </Page>
  );
};
