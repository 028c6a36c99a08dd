import { Group, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { createCreative, listCreatives } from '#creatives/contract';
import { AdvertiserPicker } from '#people/web';
import { call, Form, type InputOf, useForm, useRoute, useWords } from '#platform/web';
import { messages } from './messages.ts';

export type ContentKind = 'native' | 'text' | 'tag' | 'vast';

const empty = {
  name: '',
  landing_url: 'https://',
  title: '',
  body: '',
  sponsored_by: '',
  call_to_action: '',
  display_url: '',
  price: '',
  image: '',
  template: 'card',
  html: '',
  click_hosts: '',
  vast_url: '',
  width: '' as number | string,
  height: '' as number | string,
  duration_s: '' as number | string,
  skip_after_s: '' as number | string,
};
type Values = typeof empty & { advertiser_id: string | null };
const textFields = ['title', 'body', 'sponsored_by', 'call_to_action', 'display_url'] as const;

/** What is typed, as the API takes it: empty fields are left out. */
export function contentOf(
  kind: ContentKind,
  values: typeof empty,
): NonNullable<InputOf<typeof createCreative>['content']> {
  const some = (names: readonly (keyof typeof empty)[]) =>
    Object.fromEntries(names.flatMap((name) => (values[name] === '' ? [] : [[name, values[name]]])));
  if (kind === 'text') return some(textFields);
  if (kind === 'native') return some([...textFields, 'price', 'image', 'template']);
  if (kind === 'vast') return some(['vast_url', 'duration_s', 'skip_after_s']);
  const hosts = values.click_hosts.split(/[\s,]+/).filter(Boolean);
  return { html: values.html, ...(hosts.length > 0 ? { click_hosts: hosts } : {}) };
}

/** A creative without a file of its own. */
export const ContentForm = ({
  kind,
  advertiser,
  onDone,
}: {
  kind: ContentKind;
  advertiser: string | null;
  onDone: () => void;
}) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const hasTexts = kind === 'native' || kind === 'text';
  const form = useForm<Values>(
    { ...empty, advertiser_id: advertiser },
    {
      required: [
        'advertiser_id',
        'landing_url',
        ...(hasTexts ? (['title'] as const) : []),
        ...(kind === 'tag' ? (['html', 'width', 'height'] as const) : []),
        ...(kind === 'vast' ? (['vast_url'] as const) : []),
      ],
    },
  );
  const submit = form.submit(async ({ advertiser_id, name, landing_url, ...values }) => {
    await call(createCreative, {
      advertiser_id: advertiser_id ?? '',
      landing_url,
      kind: kind === 'vast' ? 'video' : kind,
      ...(name ? { name } : {}),
      ...(kind === 'tag' ? { width: values.width, height: values.height } : {}),
      content: contentOf(kind, { name, landing_url, ...values }),
    });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem ?? form.errors['content']} busy={form.busy} action={words.add}>
      <AdvertiserPicker label={words.advertiser} required {...form.field('advertiser_id')} />
      <TextInput label={words.name} maxLength={200} {...form.text('name')} />
      <TextInput label={words.landing} type="url" required {...form.text('landing_url')} />
      {hasTexts ? (
        <>
          <TextInput label={words.title} required maxLength={140} {...form.text('title')} />
          <Textarea label={words.body} autosize minRows={2} maxLength={1000} {...form.text('body')} />
          <TextInput label={words.sponsor} maxLength={100} {...form.text('sponsored_by')} />
          <TextInput label={words.callToAction} maxLength={40} {...form.text('call_to_action')} />
          <TextInput label={words.displayUrl} maxLength={100} {...form.text('display_url')} />
        </>
      ) : null}
      {kind === 'native' ? (
        <>
          <TextInput label={words.price} maxLength={40} {...form.text('price')} />
          <PicturePicker advertiser={form.values.advertiser_id} {...form.field('image')} />
          <Select
            label={words.template}
            data={[
              { value: 'card', label: words.card },
              { value: 'row', label: words.row },
            ]}
            allowDeselect={false}
            value={form.values.template}
            onChange={(value) => form.change({ template: value ?? 'card' })}
          />
        </>
      ) : null}
      {kind === 'tag' ? (
        <>
          <Textarea
            label={words.html}
            description={words.htmlHint}
            autosize
            minRows={5}
            maxRows={14}
            required
            styles={{ input: { fontFamily: 'monospace' } }}
            {...form.text('html')}
          />
          <Group grow>
            <NumberInput label={words.width} required min={1} max={10_000} hideControls {...form.field('width')} />
            <NumberInput label={words.height} required min={1} max={10_000} hideControls {...form.field('height')} />
          </Group>
          <Textarea label={words.clickHosts} description={words.clickHostsHint} {...form.text('click_hosts')} />
        </>
      ) : null}
      {kind === 'vast' ? (
        <>
          <TextInput label={words.vastUrl} type="url" required {...form.text('vast_url')} />
          <Group grow>
            <NumberInput label={words.duration} min={0.1} max={3600} hideControls {...form.field('duration_s')} />
            <NumberInput label={words.skipAfter} min={0} max={600} hideControls {...form.field('skip_after_s')} />
          </Group>
        </>
      ) : null}
    </Form>
  );
};

/** The pictures of the advertiser, by the hash of their file. */
const PicturePicker = ({
  advertiser,
  value,
  error,
  onChange,
}: {
  advertiser: string | null;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) => {
  const words = useWords(messages);
  const pictures = useRoute(listCreatives, {
    kind: 'image',
    limit: 100,
    ...(advertiser ? { advertiser_id: advertiser } : {}),
  });
  const byHash = new Map(
    (pictures.data?.items ?? []).flatMap(({ file_hash, name }) => (file_hash ? [[file_hash, name]] : [])),
  );
  return (
    <Select
      label={words.picture}
      placeholder={words.noPicture}
      data={advertiser ? [...byHash].map(([hash, name]) => ({ value: hash, label: name ?? hash })) : []}
      clearable
      searchable
      value={value || null}
      error={error}
      onChange={(chosen) => onChange(chosen ?? '')}
    />
  );
};
