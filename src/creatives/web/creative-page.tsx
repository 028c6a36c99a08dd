import { Alert, Button, SimpleGrid, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { ComponentType } from 'react';
import { approveCreative, changeCreative, readCreative, rejectCreative, retireCreative } from '#creatives/contract';
import type { Creative } from '#creatives/contract';
import { AuditTable, CommentsPanel, useMay } from '#people/web';
import {
  Answer,
  call,
  ConfirmDialog,
  Detail,
  Form,
  FormDialog,
  Page,
  Panel,
  useAction,
  useForm,
  useFormat,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { ChecksPanel } from './checks-panel.tsx';
import { ReviewPanel } from './comments-panel.tsx';
import { OnPage } from './on-page-dialog.tsx';
import { messages as reviewMessages } from './review-messages.ts';
import { DuplicatesPanel, UsagePanel } from './usage-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';
import { CreativeStateBadge } from './creative-thumb.tsx';
import { messages } from './messages.ts';

/** `Figures` comes from the domains below: how it performs, and its group. */
export const CreativePage = ({ Figures }: { Figures?: ComponentType<{ creative: Creative }> }) => {
  const words = useWords(messages);
  const review = useWords(reviewMessages);
  const format = useFormat();
  const may = useMay();
  const { id = '' } = useParams({ strict: false });
  const { one, set } = useSearch();
  const asked = useRoute(readCreative, { id });
  const [asking, setAsking] = useState<'reject' | 'retire'>();
  const approve = useAction(approveCreative, {
    onDone: (creative) => notifications.show({ color: 'green', message: words.approvedNow(creative.name) }),
  });
  const reject = useAction(rejectCreative);
  const retire = useAction(retireCreative);
  return (
    <Answer of={asked}>
      {(creative) => (
        <Page
          title={creative.name}
          trail={[{ label: words.creatives, to: '/creatives' }]}
          under={
            <span>
              <CreativeStateBadge state={creative.state} /> {creative.advertiser_name} ·{' '}
              {review.versionOf(format.number(creative.version))}
              {creative.tags.length > 0 ? ` · ${creative.tags.join(', ')}` : ''}
              {creative.ab_group ? ` · A/B ${creative.ab_group}` : ''}
              {creative.rights_until ? ` · ${review.rights} ${creative.rights_until}` : ''}
              {creative.state_reason ? ` · ${creative.state_reason}` : ''}
            </span>
          }
          actions={
            <>
              {may('creatives.approve') && creative.state !== 'approved' && creative.state !== 'retired' ? (
                <Button onClick={() => approve.mutate({ id })}>{words.approve}</Button>
              ) : null}
              {may('creatives.approve') && creative.state !== 'rejected' && creative.state !== 'retired' ? (
                <Button variant="default" onClick={() => setAsking('reject')}>
                  {words.reject}
                </Button>
              ) : null}
              <Button variant="default" onClick={() => set({ page: '1' })}>
                {review.onPage}
              </Button>
              {may('creatives.write') ? (
                <Button variant="default" onClick={() => set({ edit: '1' })}>
                  {words.edit}
                </Button>
              ) : null}
              {may('creatives.write') && creative.state !== 'retired' ? (
                <Button variant="default" onClick={() => setAsking('retire')}>
                  {words.retire}
                </Button>
              ) : null}
            </>
          }
        >
          {approve.error ? (
            <Alert color="red" variant="light" role="alert">
              {approve.error.message}
            </Alert>
          ) : null}
          <ReviewPanel creative={creative} />
          <VersionsPanel creative={creative} />
          <Panel title={words.details}>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
              <Detail label={words.kind}>{words[creative.kind]}</Detail>
              <Detail label={words.weight}>{format.bytes(creative.weight_bytes)}</Detail>
              <Detail label={words.file}>{creative.file_name ?? '–'}</Detail>
              <Detail label={words.created}>{format.moment(creative.created_at)}</Detail>
            </SimpleGrid>
            <Detail label={words.landing}>
              <a href={creative.landing_url} target="_blank" rel="noopener noreferrer nofollow" className="vg-link">
                {creative.landing_url}
              </a>
            </Detail>
          </Panel>
          <ChecksPanel creative={creative} />
          <UsagePanel creative={creative} />
          {Figures ? <Figures creative={creative} /> : null}
          <DuplicatesPanel creative={creative} />
          <CommentsPanel kind="creative" id={id} />
          {may('audit.read') ? (
            <Panel title={words.history} flush>
              <AuditTable kind="creative" id={id} />
            </Panel>
          ) : null}
          <ConfirmDialog
            opened={asking === 'reject'}
            onClose={() => setAsking(undefined)}
            question={words.rejectSure(creative.name)}
            action={words.reject}
            reason={{ label: words.reason, required: true }}
            run={(reason) => reject.mutateAsync({ id, reason })}
          />
          <ConfirmDialog
            opened={asking === 'retire'}
            onClose={() => setAsking(undefined)}
            question={words.retireSure(creative.name)}
            action={words.retire}
            run={() => retire.mutateAsync({ id })}
          />
          <FormDialog title={review.onPage} opened={one('page') === '1'} onClose={() => set({ page: undefined })}>
            <OnPage creative={creative} />
          </FormDialog>
          <FormDialog title={words.edit} opened={one('edit') === '1'} onClose={() => set({ edit: undefined })}>
            <EditForm creative={creative} onDone={() => set({ edit: undefined })} />
          </FormDialog>
        </Page>
      )}
    </Answer>
  );
};

const EditForm = ({ creative, onDone }: { creative: Creative; onDone: () => void }) => {
  const words = useWords(messages);
  const review = useWords(reviewMessages);
  const queries = useQueryClient();
  const form = useForm(
    {
      name: creative.name,
      landing_url: creative.landing_url,
      tags: creative.tags.join(', '),
      rights_until: creative.rights_until ?? '',
      ab_group: creative.ab_group ?? '',
      payer: creative.payer ?? '',
      legal_text: creative.legal_text ?? '',
      language: creative.language ?? '',
    },
    { required: ['name', 'landing_url'] },
  );
  const submit = form.submit(async ({ name, landing_url, tags, ...described }) => {
    await call(changeCreative, {
      id: creative.id,
      ...(name === creative.name ? {} : { name }),
      ...(landing_url === creative.landing_url ? {} : { landing_url }),
      tags: tags
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
      ...described,
    });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <TextInput label={words.name} required {...form.text('name')} />
      <TextInput label={words.landing} type="url" required {...form.text('landing_url')} />
      <TextInput label={review.tags} description={review.tagsHint} {...form.text('tags')} />
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <TextInput label={review.rights} type="date" {...form.text('rights_until')} />
        <TextInput label={review.group} {...form.text('ab_group')} />
        <TextInput label={review.language} {...form.text('language')} />
      </SimpleGrid>
      <TextInput label={review.payer} {...form.text('payer')} />
      <TextInput label={review.legal} {...form.text('legal_text')} />
    </Form>
  );
};
