import { Alert, Button, Group, NumberInput, Popover, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconCalendarOff, IconCalendarShare, IconFileTypePdf, IconPalette, IconTable } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { CalendarStep, readOccupancy } from '#campaigns/contract';
import type { Occupancy, Occupant } from '#campaigns/contract';
import { useFormatCodes, usePlaces, useZone } from '#inventory/web';
import { AdvertiserFilter, useMay } from '#people/web';
import {
  addDays,
  Answer,
  dayIn,
  EmptyState,
  FormDialog,
  Page,
  Panel,
  useFormat,
  useLanguage,
  useNow,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { BookingDialog, DragHint } from './booking-dialog.tsx';
import { CalendarFeeds } from './feeds-dialog.tsx';
import { messages } from './occupancy-messages.ts';
import { ConflictsTable, PlacementsTable } from './occupancy-tables.tsx';
import { Timeline } from './timeline.tsx';
import type { Days } from './timeline.tsx';
import type { Thresholds } from './timeline-layout.ts';

const lengths = [30, 90, 180, 365];
const usual: Record<CalendarStep, number> = { day: 90, week: 180, month: 365 };
const isDay = (text: string | undefined): text is string => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '');

/** The calendar of every space. */
export const OccupancyPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const { language } = useLanguage();
  const may = useMay();
  const zone = useZone();
  const places = usePlaces();
  const formats = useFormatCodes();
  const { one, set } = useSearch();
  const [thresholds, setThresholds] = useThresholds();
  const today = dayIn(zone, useNow());
  const asked = one('from');
  const from = isDay(asked) ? asked : today;
  const by = CalendarStep.safeParse(one('by')).data ?? 'day';
  const length = lengths.find((days) => String(days) === one('days')) ?? usual[by];
  const filters = {
    ...(one('site') ? { site: one('site') } : {}),
    ...(one('section') ? { section: one('section') } : {}),
    ...(one('format') ? { format: one('format') } : {}),
    ...(one('advertiser') ? { advertiser: one('advertiser') } : {}),
  };
  const question = { from, to: addDays(from, length - 1), by, ...filters };
  const answer = useRoute(readOccupancy, { ...question, limit: 500 }, { keep: true, every: 60_000 });
  const query = new URLSearchParams({ ...question, language } as Record<string, string>).toString();
  const sections = [...places.section.values()].filter(({ site_id }) => !one('site') || site_id === one('site'));
  return (
    <Page
      title={words.occupancy}
      under={words.under}
      actions={
        <>
          <Button
            variant="default"
            component="a"
            href={`/api/occupancy.xlsx?${query}`}
            leftSection={<IconTable size={16} aria-hidden />}
          >
            {words.xlsx}
          </Button>
          <Button
            variant="default"
            component="a"
            href={`/api/occupancy.pdf?${query}`}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconFileTypePdf size={16} aria-hidden />}
          >
            {words.pdf}
          </Button>
          {may('campaigns.write') ? (
            <Button
              variant="default"
              leftSection={<IconCalendarShare size={16} aria-hidden />}
              onClick={() => set({ feeds: '1' })}
            >
              {words.feeds}
            </Button>
          ) : null}
        </>
      }
    >
      <Group gap="xs" align="flex-end">
        <SegmentedControl
          aria-label={words.by}
          value={by}
          onChange={(value) => set({ by: value, days: undefined })}
          data={CalendarStep.options.map((value) => ({ value, label: words[value] }))}
        />
        <DatePickerInput
          label={words.from}
          locale={language}
          valueFormat="D MMM YYYY"
          w={150}
          value={from}
          onChange={(day) => set({ from: day && day !== today ? day : undefined })}
        />
        <Select
          aria-label={words.length}
          w={120}
          allowDeselect={false}
          data={lengths.map((days) => ({ value: String(days), label: words.days(format.number(days)) }))}
          value={String(length)}
          onChange={(value) => set({ days: value ?? undefined })}
        />
        <Select
          aria-label={words.site}
          placeholder={words.anySite}
          clearable
          searchable
          w={180}
          data={[...places.site.values()].map(({ id, name }) => ({ value: id, label: name }))}
          value={one('site') ?? null}
          onChange={(value) => set({ site: value ?? undefined, section: undefined })}
        />
        <Select
          aria-label={words.section}
          placeholder={words.anySection}
          clearable
          searchable
          w={180}
          data={sections.map(({ id, name }) => ({ value: id, label: name }))}
          value={one('section') ?? null}
          onChange={(value) => set({ section: value ?? undefined })}
        />
        <Select
          aria-label={words.format}
          placeholder={words.anyFormat}
          clearable
          searchable
          w={150}
          data={formats}
          value={one('format') ?? null}
          onChange={(value) => set({ format: value ?? undefined })}
        />
        <AdvertiserFilter />
        <ThresholdsPicker value={thresholds} onChange={setThresholds} />
      </Group>
      <Answer of={answer}>
        {(occupancy) =>
          occupancy.placements.length === 0 ? (
            <Panel>
              <EmptyState icon={<IconCalendarOff size={36} aria-hidden />} title={words.none} next={words.noneNext} />
            </Panel>
          ) : (
            <Calendar occupancy={occupancy} thresholds={thresholds} today={today} />
          )
        }
      </Answer>
      <FormDialog title={words.feeds} opened={one('feeds') === '1'} onClose={() => set({ feeds: undefined })} size="lg">
        <CalendarFeeds filters={filters} />
      </FormDialog>
    </Page>
  );
};

const Calendar = ({
  occupancy,
  thresholds,
  today,
}: {
  occupancy: Occupancy;
  thresholds: Thresholds;
  today: string;
}) => {
  const words = useWords(messages);
  const may = useMay();
  const mayWrite = may('campaigns.write');
  const [open, setOpen] = useState<{ occupant: Occupant; days: Days }>();
  const [drag, setDrag] = useState<{ occupant: Occupant } & Days>();
  const onOpen = useCallback((occupant: Occupant, days: Days) => setOpen({ occupant, days }), []);
  return (
    <>
      {occupancy.next ? (
        <Alert color="yellow" variant="light">
          {words.more}
        </Alert>
      ) : null}
      <Panel
        title={words.calendar}
        note={mayWrite ? words.hint : undefined}
        actions={drag ? <DragHint {...drag} /> : <Legend />}
        flush
      >
        <Timeline
          occupancy={occupancy}
          thresholds={thresholds}
          today={today}
          mayWrite={mayWrite}
          onDrag={setDrag}
          onOpen={onOpen}
        />
      </Panel>
      <ConflictsTable occupancy={occupancy} />
      <PlacementsTable occupancy={occupancy} />
      {open ? <BookingDialog occupant={open.occupant} days={open.days} onClose={() => setOpen(undefined)} /> : null}
    </>
  );
};

const Legend = () => {
  const words = useWords(messages);
  const items = [
    ['free', words.legendFree],
    ['busy', words.legendBusy],
    ['full', words.legendFull],
  ] as const;
  return (
    <Group gap={6}>
      {items.map(([level, name]) => (
        <span
          key={level}
          className="vg-cell"
          data-level={level}
          style={{ position: 'static', height: 20, padding: '0 8px', cursor: 'default' }}
        >
          {name}
        </span>
      ))}
      <span
        className="vg-cell"
        data-level="none"
        data-held
        style={{ position: 'relative', top: 0, height: 20, padding: '0 8px', cursor: 'default' }}
      >
        {words.legendHeld}
      </span>
    </Group>
  );
};

const key = 'vigie.occupancy.thresholds';
const fallback: Thresholds = { busy: 70, full: 95 };

/** Kept on this device: colours are a matter of taste. */
const useThresholds = (): [Thresholds, (next: Thresholds) => void] => {
  const [value, setValue] = useState<Thresholds>(() => {
    const [busy, full] = (localStorage.getItem(key) ?? '').split(' ').map(Number);
    return busy && full && busy <= full ? { busy, full } : fallback;
  });
  return [
    value,
    (next) => {
      localStorage.setItem(key, `${next.busy} ${next.full}`);
      setValue(next);
    },
  ];
};

const ThresholdsPicker = ({ value, onChange }: { value: Thresholds; onChange: (next: Thresholds) => void }) => {
  const words = useWords(messages);
  return (
    <Popover position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<IconPalette size={16} aria-hidden />}>
          {words.colours}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" maw={240}>
          <Text size="sm" c="dimmed">
            {words.coloursNote}
          </Text>
          <NumberInput
            label={words.busyFrom}
            min={1}
            max={value.full}
            allowDecimal={false}
            value={value.busy}
            onChange={(busy) =>
              typeof busy === 'number' && busy >= 1 && busy <= value.full && onChange({ ...value, busy })
            }
          />
          <NumberInput
            label={words.fullFrom}
            min={value.busy}
            max={200}
            allowDecimal={false}
            value={value.full}
            onChange={(full) =>
              typeof full === 'number' && full >= value.busy && full <= 200 && onChange({ ...value, full })
            }
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
};
