import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createSimulation, readSimulation } from '#delivery/contract';
import type { SimulationInput } from '#delivery/contract';
import { usePlaces, useZone } from '#inventory/web';
import {
  addDays,
  Answer,
  call,
  dayIn,
  Form,
  Loading,
  Page,
  useForm,
  useLanguage,
  useNow,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { LinePicker } from './line-picker.tsx';
import { simulationMessages } from './simulation-messages.ts';
import { freshWish, WishFields, wishOf, writtenWish } from './wish-fields.tsx';
import type { Wish } from './wish-fields.tsx';

/** What to simulate: an earlier one to start from stands in the address as `from`, a line item as `line`. */
export const NewSimulationPage = () => {
  const words = useWords(simulationMessages);
  const places = usePlaces();
  const { one, many } = useSearch();
  const from = one('from');
  const zone = useZone();
  const start = addDays(dayIn(zone, useNow()), 1);
  const fresh = { ...empty, start, line_items: many('line') };
  return (
    <Page title={words.newSimulation} trail={[{ label: words.simulations, to: '/simulations' }]} under={words.noneNext}>
      {!places.isReady ? (
        <Loading />
      ) : from ? (
        <Again id={from} />
      ) : (
        <SimulationForm key={fresh.line_items.join()} initial={valuesOf(fresh, zone)} />
      )}
    </Page>
  );
};

const Again = ({ id }: { id: string }) => {
  const zone = useZone();
  return (
    <Answer of={useRoute(readSimulation, { id })}>
      {({ asked }) => <SimulationForm initial={valuesOf(asked, zone)} />}
    </Answer>
  );
};

const empty: SimulationInput = {
  name: '',
  line_items: [],
  wished: [],
  with_rivals: true,
  start: '',
  days: 30,
  traffic_percent: 100,
  surprises: [],
  known_percent: 60,
  requests_per_reader: 6,
};

type Values = Omit<SimulationInput, 'wished' | 'surprises'> & {
  wished: Wish[];
  surprises: { from: string | null; to: string | null; percent: number }[];
};

const valuesOf = (asked: SimulationInput, zone: string): Values => ({
  ...asked,
  wished: asked.wished.map((wish) => writtenWish(wish, zone)),
});

const SimulationForm = ({ initial }: { initial: Values }) => {
  const words = useWords(simulationMessages);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const places = usePlaces();
  const zone = useZone();
  const form = useForm<Values>(initial, { required: ['name', 'start'] });
  const { values, change, errors } = form;
  const submit = form.submit(async (v) => {
    const made = await call(createSimulation, {
      ...v,
      wished: v.wished.map((wish) => wishOf(wish, places, zone)),
      surprises: v.surprises.map(({ from, to, percent }) => ({ from: from ?? '', to: to ?? '', percent })),
    });
    await queries.invalidateQueries();
    await navigate({ to: `/simulations/${made.id}`, search: {} });
  });
  const number = (value: string | number, otherwise: number) => (value === '' ? otherwise : Number(value));
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.run}>
      <Paper p="md">
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput label={words.name} required {...form.text('name')} />
            <DatePickerInput
              label={words.start}
              required
              locale={language}
              valueFormat="DD/MM/YYYY"
              value={values.start || null}
              error={errors['start']}
              onChange={(start) => change({ start: start ?? '' })}
            />
            <NumberInput
              label={words.days}
              min={1}
              max={92}
              value={values.days}
              error={errors['days']}
              onChange={(days) => change({ days: number(days, 1) })}
            />
          </SimpleGrid>
          <LinePicker
            label={words.lines}
            description={words.linesHint}
            value={values.line_items}
            error={errors['line_items']}
            onChange={(line_items) => change({ line_items })}
          />
          <Checkbox
            label={words.rivals}
            checked={values.with_rivals}
            onChange={(event) => change({ with_rivals: event.currentTarget.checked })}
          />
        </Stack>
      </Paper>

      <Paper p="md">
        <Stack gap="sm">
          <div>
            <Title order={2}>{words.wished}</Title>
            <Text c="dimmed" size="sm">
              {words.wishedHint}
            </Text>
          </div>
          {values.wished.map((wish, index) => (
            <WishFields
              // oxlint-disable-next-line react/no-array-index-key -- the rows have no other name
              key={index}
              value={wish}
              error={errors['wished']}
              onChange={(next) => change({ wished: values.wished.map((one, at) => (at === index ? next : one)) })}
              onRemove={() => change({ wished: values.wished.filter((_, at) => at !== index) })}
            />
          ))}
          {errors['wished'] ? (
            <Text c="red" size="sm" role="alert">
              {errors['wished']}
            </Text>
          ) : null}
          <Group>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => change({ wished: [...values.wished, freshWish(values, words.wish)] })}
            >
              {words.addWish}
            </Button>
          </Group>
        </Stack>
      </Paper>

      <Paper p="md">
        <Stack gap="sm">
          <div>
            <Title order={2}>{words.traffic}</Title>
            <Text c="dimmed" size="sm">
              {words.trafficHint}
            </Text>
          </div>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <NumberInput
              label={words.percent}
              min={1}
              max={1000}
              value={values.traffic_percent}
              error={errors['traffic_percent']}
              onChange={(value) => change({ traffic_percent: number(value, 100) })}
            />
            <NumberInput
              label={words.readers}
              description={words.readersHint}
              min={0}
              max={100}
              value={values.known_percent}
              error={errors['known_percent']}
              onChange={(value) => change({ known_percent: number(value, 0) })}
            />
            <NumberInput
              label={words.perReader}
              min={1}
              max={200}
              value={values.requests_per_reader}
              error={errors['requests_per_reader']}
              onChange={(value) => change({ requests_per_reader: number(value, 1) })}
            />
          </SimpleGrid>
          <div>
            <Text fw={600} size="sm">
              {words.surprises}
            </Text>
            <Text c="dimmed" size="sm">
              {words.surprisesHint}
            </Text>
          </div>
          {values.surprises.map((one, index) => {
            const put = (part: Partial<typeof one>) =>
              change({
                surprises: values.surprises.map((other, at) => (at === index ? { ...other, ...part } : other)),
              });
            return (
              // oxlint-disable-next-line react/no-array-index-key -- the rows have no other name
              <Group key={index} align="flex-end" gap="xs">
                <DatePickerInput
                  label={words.from}
                  w={150}
                  locale={language}
                  valueFormat="DD/MM/YYYY"
                  value={one.from}
                  onChange={(from) => put({ from })}
                />
                <DatePickerInput
                  label={words.to}
                  w={150}
                  locale={language}
                  valueFormat="DD/MM/YYYY"
                  value={one.to}
                  onChange={(to) => put({ to })}
                />
                <NumberInput
                  label={words.ofExpected}
                  w={160}
                  min={0}
                  max={1000}
                  value={one.percent}
                  onChange={(value) => put({ percent: number(value, 0) })}
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={words.removeSurprise}
                  onClick={() => change({ surprises: values.surprises.filter((_, at) => at !== index) })}
                >
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              </Group>
            );
          })}
          {errors['surprises'] ? (
            <Text c="red" size="sm" role="alert">
              {errors['surprises']}
            </Text>
          ) : null}
          <Group>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() =>
                change({
                  surprises: [
                    ...values.surprises,
                    { from: addDays(values.start, 7), to: addDays(values.start, 13), percent: 70 },
                  ],
                })
              }
            >
              {words.addSurprise}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </Form>
  );
};
