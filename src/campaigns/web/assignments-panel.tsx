import { Button, Checkbox, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeAssignment, createAssignment, deleteAssignment, listAssignments } from '#campaigns/contract';
import type { Assignment, LineItem } from '#campaigns/contract';
import { listCreatives } from '#creatives/contract';
import { CreativeStateBadge, CreativeThumb } from '#creatives/web';
import { CapsField, useMay } from '#people/web';
import {
  call,
  EmptyState,
  ErrorState,
  Form,
  FormDialog,
  Link,
  LinkButton,
  LoadingRows,
  Panel,
  useAction,
  useForm,
  useList,
  useSearch,
  useWords,
} from '#platform/web';
import { messages } from './messages.ts';

/** The creatives that run on a line, and putting more of them there. */
export const AssignmentsPanel = ({ line }: { line: LineItem }) => {
  const words = useWords(messages);
  const may = useMay();
  const { one, set } = useSearch();
  const list = useList(listAssignments, { limit: 200, line_item_id: line.id }, { whole: true });
  const creatives = useList(listCreatives, { limit: 200, advertiser_id: line.advertiser_id }, { whole: true });
  const takeOff = useAction(deleteAssignment);
  const limited = list.rows?.find(({ id }) => id === one('limits'));
  const byId = new Map((creatives.rows ?? []).map((creative) => [creative.id, creative]));
  const assign = may('campaigns.write') ? <Button onClick={() => set({ assign: '1' })}>{words.assign}</Button> : null;
  return (
    <Panel title={words.creatives} actions={assign}>
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      {!list.rows && !list.error ? <LoadingRows rows={2} /> : null}
      {list.rows?.length === 0 ? (
        <EmptyState title={words.noCreatives} next={words.noCreativesNext} action={assign} />
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {(list.rows ?? []).map((assignment) => {
          const creative = byId.get(assignment.creative_id);
          return (
            <Group
              key={assignment.id}
              wrap="nowrap"
              align="flex-start"
              gap="sm"
              style={{ border: '1px solid var(--line)', borderRadius: 8, padding: 10 }}
            >
              {creative ? <CreativeThumb creative={creative} size={84} /> : null}
              <Stack gap={2} style={{ minWidth: 0, flex: 1 }}>
                <Link to={`/creatives/${assignment.creative_id}`}>{assignment.creative_name}</Link>
                <Group gap={6}>
                  <CreativeStateBadge state={assignment.creative_state} />
                  <Text size="xs" c="dimmed">
                    {assignment.width && assignment.height ? `${assignment.width} × ${assignment.height} · ` : ''}
                    {words.weight} {assignment.weight}
                  </Text>
                </Group>
                {may('campaigns.write') ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    style={{ alignSelf: 'flex-start' }}
                    aria-label={`${words.limits} ${assignment.creative_name}`}
                    onClick={() => set({ limits: assignment.id })}
                  >
                    {assignment.frequency_caps.length > 0
                      ? `${words.limits} (${assignment.frequency_caps.length})`
                      : words.limits}
                  </Button>
                ) : null}
                {may('campaigns.write') ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    style={{ alignSelf: 'flex-start' }}
                    aria-label={`${words.takeOff} ${assignment.creative_name}`}
                    onClick={() => takeOff.mutate({ id: assignment.id })}
                  >
                    {words.takeOff}
                  </Button>
                ) : null}
              </Stack>
            </Group>
          );
        })}
      </SimpleGrid>
      <FormDialog
        title={limited?.creative_name ?? words.limits}
        opened={limited !== undefined}
        onClose={() => set({ limits: undefined })}
      >
        {limited ? (
          <LimitsForm key={limited.id} assignment={limited} onDone={() => set({ limits: undefined })} />
        ) : null}
      </FormDialog>
      <FormDialog
        title={words.assign}
        opened={one('assign') === '1'}
        onClose={() => set({ assign: undefined })}
        size="lg"
      >
        <AssignForm
          line={line}
          taken={new Set((list.rows ?? []).map(({ creative_id }) => creative_id))}
          onDone={() => set({ assign: undefined })}
        />
      </FormDialog>
    </Panel>
  );
};

const LimitsForm = ({ assignment, onDone }: { assignment: Assignment; onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm({ frequency_caps: assignment.frequency_caps });
  const submit = form.submit(async ({ frequency_caps }) => {
    await call(changeAssignment, { id: assignment.id, frequency_caps });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <CapsField
        label={words.creativeCaps}
        value={form.values.frequency_caps}
        onChange={(frequency_caps) => form.change({ frequency_caps })}
        error={form.errors['frequency_caps']}
      />
    </Form>
  );
};

const AssignForm = ({ line, taken, onDone }: { line: LineItem; taken: ReadonlySet<string>; onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string[]>([]);
  const form = useForm({});
  const creatives = useList(listCreatives, { limit: 200, advertiser_id: line.advertiser_id }, { whole: true });
  const offered = (creatives.rows ?? []).filter(
    ({ id, state }) => !taken.has(id) && state !== 'retired' && state !== 'rejected',
  );
  if (!creatives.rows) return <LoadingRows rows={3} />;
  if (offered.length === 0)
    return (
      <EmptyState
        title={words.noCreatives}
        action={
          <LinkButton to="/creatives" search={{ advertiser: line.advertiser_id, upload: '1' }}>
            {words.creatives}
          </LinkButton>
        }
      />
    );
  const submit = form.submit(async () => {
    for (const creative_id of chosen) await call(createAssignment, { line_item_id: line.id, creative_id });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={`${words.assign} (${chosen.length})`}>
      <Checkbox.Group value={chosen} onChange={setChosen} aria-label={words.creatives}>
        <Stack gap="xs">
          {offered.map((creative) => (
            <Checkbox
              key={creative.id}
              value={creative.id}
              label={
                <Group gap="sm" wrap="nowrap">
                  <CreativeThumb creative={creative} size={56} />
                  <div>
                    <Text size="sm">{creative.name}</Text>
                    <Group gap={6}>
                      <CreativeStateBadge state={creative.state} />
                      <Text size="xs" c="dimmed">
                        {creative.width && creative.height ? `${creative.width} × ${creative.height}` : creative.kind}
                      </Text>
                    </Group>
                  </div>
                </Group>
              }
            />
          ))}
        </Stack>
      </Checkbox.Group>
    </Form>
  );
};
