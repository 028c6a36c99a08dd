import { Button, Group, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconPhoto, IconUpload } from '@tabler/icons-react';
import { approveCreative, CreativeKind, CreativeState, exportCreatives, listCreatives } from '#creatives/contract';
import type { Creative } from '#creatives/contract';
import { AdvertiserFilter, useMay } from '#people/web';
import {
  addDays,
  EmptyState,
  ErrorState,
  FormDialog,
  Link,
  Loading,
  Page,
  platformMessages,
  SearchBox,
  useAction,
  useFormat,
  useNow,
  useSearch,
  useSortedList,
  useWords,
} from '#platform/web';
import { CreativeStateBadge, CreativeThumb } from './creative-thumb.tsx';
import { messages } from './messages.ts';
import { messages as reviewMessages } from './review-messages.ts';
import { NewCreative } from './new-creative.tsx';

export const LibraryPage = () => {
  const words = useWords(messages);
  const review = useWords(reviewMessages);
  const platform = useWords(platformMessages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const state = CreativeState.safeParse(one('state')).data;
  const advertiser = one('advertiser');
  const kind = CreativeKind.safeParse(one('kind')).data;
  const [q, tag, size, rights, all] = [one('q'), one('tag'), one('size'), one('rights') === '1', one('all') === '1'];
  const soon = addDays(useNow().toISOString().slice(0, 10), 30);
  const list = useSortedList<Creative, typeof listCreatives, typeof exportCreatives>(listCreatives, exportCreatives, {
    ...(kind ? { kind } : {}),
    ...(tag ? { tag } : {}),
    ...(size && /^\d{1,4}x\d{1,4}$/.test(size) ? { size } : {}),
    ...(rights ? { rights_before: soon } : {}),
    ...(all ? {} : { latest: 'true' as const }),
    ...(state ? { state } : {}),
    ...(advertiser ? { advertiser_id: advertiser } : {}),
    ...(q ? { q } : {}),
  });
  const approve = useAction(approveCreative, {
    onDone: (creative) => notifications.show({ color: 'green', message: words.approvedNow(creative.name) }),
  });
  const upload = may('creatives.write') ? (
    <Button leftSection={<IconUpload size={16} aria-hidden />} onClick={() => set({ upload: '1' })}>
      {words.upload}
    </Button>
  ) : null;
  return (
    <Page title={words.creatives} actions={upload}>
      <Group gap="xs">
        <SearchBox />
        <Select
          aria-label={words.kind}
          w={150}
          data={[
            { value: '', label: review.kindAny },
            ...CreativeKind.options.map((value) => ({ value, label: words[value] })),
          ]}
          value={kind ?? ''}
          allowDeselect={false}
          onChange={(value) => set({ kind: value || undefined })}
        />
        <Select
          aria-label={words.state}
          w={170}
          data={[
            { value: '', label: words.anyState },
            ...CreativeState.options.map((value) => ({ value, label: words[value] })),
          ]}
          value={state ?? ''}
          allowDeselect={false}
          onChange={(value) => set({ state: value || undefined })}
        />
        <AdvertiserFilter />
        <Select
          aria-label={words.order}
          w={190}
          data={[
            { value: '', label: words.newestFirst },
            { value: 'name', label: words.byName },
            { value: 'advertiser', label: words.byAdvertiser },
            { value: 'size', label: words.bySize },
            { value: '-weight', label: words.byWeight },
          ]}
          value={list.server.order_by ?? ''}
          allowDeselect={false}
          onChange={(value) => list.server.onOrder(value || undefined)}
        />
        <Button
          component="a"
          href={list.server.csv}
          download="creatives.csv"
          variant="subtle"
          leftSection={<IconDownload size={15} aria-hidden />}
        >
          {platform.exportCsv}
        </Button>
        <TextInput
          aria-label={review.size}
          placeholder={review.size}
          w={150}
          defaultValue={size ?? ''}
          onBlur={(event) => set({ size: event.currentTarget.value.trim() || undefined })}
        />
        <Switch
          label={review.rightsSoon}
          checked={rights}
          onChange={(event) => set({ rights: event.currentTarget.checked ? '1' : undefined })}
        />
        <Switch
          label={review.allVersions}
          checked={all}
          onChange={(event) => set({ all: event.currentTarget.checked ? '1' : undefined })}
        />
        {tag ? (
          <Button size="compact-sm" variant="light" onClick={() => set({ tag: undefined })}>
            {review.tag}: {tag} ×
          </Button>
        ) : null}
      </Group>
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      {list.isPending ? <Loading /> : null}
      {list.rows?.length === 0 ? (
        state || advertiser || kind || q || tag || size || rights ? (
          <EmptyState title={words.noMatch} action={upload} />
        ) : (
          <EmptyState
            icon={<IconPhoto size={36} aria-hidden />}
            title={words.noCreatives}
            next={words.noCreativesNext}
            action={upload}
          />
        )
      ) : null}
      <SimpleGrid
        component="ul"
        cols={{ base: 1, xs: 2, sm: 3, lg: 5 }}
        spacing="sm"
        style={{ listStyle: 'none', margin: 0, padding: 0 }}
      >
        {(list.rows ?? []).map((creative) => (
          <Stack
            component="li"
            key={creative.id}
            gap={6}
            style={{ border: '1px solid var(--line)', borderRadius: 8, padding: 10, background: 'var(--surface)' }}
          >
            <CreativeThumb creative={creative} size="100%" />
            <Link to={`/creatives/${creative.id}`}>{creative.name}</Link>
            <Text size="xs" c="dimmed">
              {creative.advertiser_name}
              <br />
              {creative.width && creative.height ? `${creative.width} × ${creative.height}` : words[creative.kind]}
              {creative.weight_bytes === null ? '' : ` · ${format.bytes(creative.weight_bytes)}`}
              {creative.version > 1 ? ` · ${review.versionOf(format.number(creative.version))}` : ''}
            </Text>
            {creative.tags.length > 0 ? (
              <Group gap={4}>
                {creative.tags.map((name) => (
                  <Button key={name} size="compact-xs" variant="light" onClick={() => set({ tag: name })}>
                    {name}
                  </Button>
                ))}
              </Group>
            ) : null}
            <Group justify="space-between" gap={6}>
              <CreativeStateBadge state={creative.state} />
              {creative.state === 'waiting' && may('creatives.approve') ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`${words.approve} ${creative.name}`}
                  onClick={() => approve.mutate({ id: creative.id })}
                >
                  {words.approve}
                </Button>
              ) : null}
            </Group>
          </Stack>
        ))}
      </SimpleGrid>
      {list.hasMore ? (
        <Button variant="default" loading={list.isLoadingMore} onClick={list.more} style={{ alignSelf: 'center' }}>
          {platform.more}
        </Button>
      ) : null}
      <FormDialog
        title={words.upload}
        opened={one('upload') === '1'}
        onClose={() => set({ upload: undefined })}
        size="lg"
      >
        <NewCreative advertiser={advertiser ?? null} onDone={() => set({ upload: undefined })} />
      </FormDialog>
    </Page>
  );
};
