import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { convertCreative, listCreatives } from '#creatives/contract';
import type { Creative } from '#creatives/contract';
import { useMay } from '#people/web';
import { ErrorState, FormDialog, Link, Panel, useAction, useFormat, useList, useSearch, useWords } from '#platform/web';
import { CreativePreview } from './creative-preview.tsx';
import { CreativeStateBadge } from './creative-thumb.tsx';
import { messages } from './review-messages.ts';
import { UploadForm } from './upload-form.tsx';

/** The versions of a creative, two of them side by side, and how the next one is made. */
export const VersionsPanel = ({ creative }: { creative: Creative }) => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const list = useList(listCreatives, { limit: 100, family_id: creative.family_id });
  const others = (list.rows ?? []).filter(({ id }) => id !== creative.id);
  const other = others.find(({ id }) => id === one('compare'));
  const version = (of: Creative) => words.versionOf(format.number(of.version));
  return (
    <Panel
      title={words.versions}
      actions={
        may('creatives.write') ? (
          <>
            <Button size="compact-sm" variant="default" onClick={() => set({ version: '1' })}>
              {words.newVersion}
            </Button>
            {creative.kind === 'image' ? (
              <Button size="compact-sm" variant="default" onClick={() => set({ convert: '1' })}>
                {words.convert}
              </Button>
            ) : null}
          </>
        ) : null
      }
    >
      {others.length === 0 ? (
        <Text size="sm">{words.noOther}</Text>
      ) : (
        <Group gap="sm">
          {others.map((row) => (
            <Group key={row.id} gap={6}>
              <Link to={`/creatives/${row.id}`}>{version(row)}</Link>
              <CreativeStateBadge state={row.state} />
              <Text size="xs" c="dimmed">
                {format.bytes(row.weight_bytes)}
              </Text>
            </Group>
          ))}
          <Select
            aria-label={words.compare}
            placeholder={words.compare}
            clearable
            data={others.map((row) => ({ value: row.id, label: version(row) }))}
            value={other?.id ?? null}
            onChange={(value) => set({ compare: value ?? undefined })}
          />
        </Group>
      )}
      {other ? (
        <SimpleGrid cols={{ base: 1, md: 2 }} mt="sm">
          {[other, creative].map((row) => (
            <figure key={row.id} style={{ margin: 0, minWidth: 0 }}>
              <figcaption>
                <Text size="sm" fw={600}>
                  {version(row)} · {format.bytes(row.weight_bytes)}
                </Text>
              </figcaption>
              <CreativePreview creative={row} />
            </figure>
          ))}
        </SimpleGrid>
      ) : null}
      {creative.original_url ? (
        <Text size="sm" mt="xs">
          <a href={creative.original_url} className="vg-link">
            {words.original}
          </a>
        </Text>
      ) : null}
      <FormDialog
        title={words.newVersion}
        opened={one('version') === '1'}
        onClose={() => set({ version: undefined })}
        size="lg"
      >
        <UploadForm
          advertiser={creative.advertiser_id}
          replaces={creative.id}
          landing={creative.landing_url}
          onDone={() => set({ version: undefined })}
        />
      </FormDialog>
      <FormDialog title={words.convert} opened={one('convert') === '1'} onClose={() => set({ convert: undefined })}>
        <ConvertForm creative={creative} onDone={() => set({ convert: undefined })} />
      </FormDialog>
    </Panel>
  );
};

const formats = ['webp', 'avif', 'jpeg', 'png', 'gif'] as const;

const ConvertForm = ({ creative, onDone }: { creative: Creative; onDone: () => void }) => {
  const words = useWords(messages);
  const [into, setInto] = useState<(typeof formats)[number]>('webp');
  const [most, setMost] = useState<number | string>('');
  const convert = useAction(convertCreative, { onDone });
  return (
    <Stack>
      <Text size="sm">{words.convertNote}</Text>
      <Group grow>
        <Select
          label={words.intoFormat}
          data={formats.map((value) => ({ value, label: value.toUpperCase() }))}
          value={into}
          allowDeselect={false}
          onChange={(value) => setInto(formats.find((one) => one === value) ?? 'webp')}
        />
        <NumberInput label={words.maxKb} min={1} max={5120} value={most} onChange={setMost} />
      </Group>
      {convert.error ? <ErrorState error={convert.error} /> : null}
      <Button
        loading={convert.isPending}
        onClick={() =>
          convert.mutate({ id: creative.id, format: into, ...(typeof most === 'number' ? { max_kb: most } : {}) })
        }
      >
        {words.convert}
      </Button>
    </Stack>
  );
};
