import { Button, FileButton, Group, Progress, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createCreativeFromUpload } from '#creatives/contract';
import { AdvertiserPicker } from '#people/web';
import { call, Form, ProblemError, useForm, useFormat, useProblemSentence, useWords } from '#platform/web';
import { messages } from './messages.ts';
import { uploadResumably } from './resumable-upload.ts';

type Waiting = { file: File; state: 'waiting' | 'sending' | 'done' | 'failed'; share: number; problem?: string };

const accepted =
  'image/png,image/jpeg,image/gif,image/webp,image/avif,image/svg+xml,.zip,application/zip,video/mp4,video/webm';

/** Many files at once: each is sent, told apart, and kept in the list with its refusal when it has one. */
export const UploadForm = ({
  advertiser,
  replaces,
  landing = 'https://',
  onDone,
}: {
  advertiser: string | null;
  /** The creative of which the file is the next version. */
  replaces?: string;
  landing?: string;
  onDone: () => void;
}) => {
  const words = useWords(messages);
  const format = useFormat();
  const sentence = useProblemSentence();
  const queries = useQueryClient();
  const [files, setFiles] = useState<Waiting[]>([]);
  const [over, setOver] = useState(false);
  const form = useForm<{ advertiser_id: string | null; landing_url: string }>(
    { advertiser_id: advertiser, landing_url: landing },
    { required: ['advertiser_id', 'landing_url'] },
  );
  const add = (chosen: File[]) =>
    setFiles((before) => [...before, ...chosen.map((file): Waiting => ({ file, state: 'waiting', share: 0 }))]);
  const mark = (file: File, part: Partial<Waiting>) =>
    setFiles((before) => before.map((entry) => (entry.file === file ? { ...entry, ...part } : entry)));
  const [match, setMatch] = useState(true);
  const left = files.filter(({ state }) => state !== 'done');

  const submit = form.submit(async ({ advertiser_id, landing_url }) => {
    let failed = 0;
    for (const { file } of left) {
      mark(file, { state: 'sending' });
      try {
        const id = await uploadResumably(file, (share) => mark(file, { share }));
        await call(createCreativeFromUpload, {
          id,
          advertiser_id: advertiser_id ?? '',
          landing_url,
          match,
          ...(replaces ? { replaces } : {}),
        });
        mark(file, { state: 'done' });
      } catch (error) {
        failed += 1;
        mark(file, { state: 'failed', problem: sentence(error) });
        // What is wrong with the shared fields is wrong for every file: say it once, on its field.
        if (error instanceof ProblemError && (error.field === 'landing_url' || error.field === 'advertiser_id'))
          throw error;
      }
    }
    await queries.invalidateQueries();
    if (failed === 0) onDone();
  });

  return (
    <Form
      onSubmit={submit}
      problem={form.problem}
      busy={form.busy}
      action={words.uploadThese(format.number(left.length))}
    >
      {replaces ? null : <AdvertiserPicker label={words.advertiser} required {...form.field('advertiser_id')} />}
      <TextInput
        label={words.landing}
        description={words.landingHint}
        type="url"
        required
        {...form.text('landing_url')}
      />
      {replaces ? null : (
        <Switch
          label={words.matchLines}
          description={words.matchLinesHint}
          checked={match}
          onChange={(event) => setMatch(event.currentTarget.checked)}
        />
      )}
      <div
        className="vg-drop"
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          add([...event.dataTransfer.files]);
        }}
      >
        <Stack align="center" gap={6}>
          <Text fw={600}>{words.drop}</Text>
          <Text size="xs" c="dimmed">
            {words.dropHint}
          </Text>
          <FileButton multiple accept={accepted} onChange={add} inputProps={{ 'aria-label': words.choose }}>
            {(props) => (
              <Button variant="default" {...props}>
                {words.choose}
              </Button>
            )}
          </FileButton>
        </Stack>
      </div>
      <Stack component="ul" gap={4} style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-live="polite">
        {files.map(({ file, state, problem }, index) => (
          <li key={`${file.name}-${index}`}>
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <Text size="sm" className="vg-ellipsis">
                {file.name}
              </Text>
              <Group gap={8} wrap="nowrap">
                <Text size="xs" c={state === 'failed' ? 'var(--bad)' : state === 'done' ? 'var(--good)' : 'dimmed'}>
                  {state === 'waiting'
                    ? `${words.waitingUpload} · ${format.bytes(file.size)}`
                    : state === 'sending'
                      ? words.sending
                      : state === 'done'
                        ? words.done
                        : problem}
                </Text>
                {state === 'waiting' || state === 'failed' ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    aria-label={`${words.removeFile} ${file.name}`}
                    onClick={() => setFiles((before) => before.filter((entry) => entry.file !== file))}
                  >
                    {words.removeFile}
                  </Button>
                ) : null}
              </Group>
            </Group>
          </li>
        ))}
      </Stack>
      {form.busy ? (
        <Progress
          value={
            (100 * files.reduce((sum, { state, share }) => sum + (state === 'done' ? 1 : share), 0)) /
            Math.max(1, files.length)
          }
          aria-label={words.upload}
        />
      ) : null}
    </Form>
  );
};
