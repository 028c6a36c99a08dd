import { Select, TagsInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { changePlacement, createPlacement } from '#inventory/contract';
import type { Placement, Site } from '#inventory/contract';
import { call, Form, MoneyInput, useForm, useWords } from '#platform/web';
import { messages } from './messages.ts';
import { useFormats, useSections } from './use-places.ts';

const codeOf = (name: string) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

export const PlacementForm = ({
  site,
  placement,
  onDone,
}: {
  site: Site;
  placement?: Placement;
  onDone: (placement: Placement) => void;
}) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const sections = useSections(site.id);
  const formats = useFormats();
  const form = useForm<{
    name: string;
    code: string;
    section_id: string | null;
    formats: string[];
    floor: number | null;
  }>(
    {
      name: placement?.name ?? '',
      code: placement?.code ?? '',
      section_id: placement?.section_id ?? null,
      formats: placement?.formats ?? [],
      floor: placement?.floor?.amount ?? null,
    },
    { required: ['name', 'code', 'formats'] },
  );
  const { values, change, errors } = form;
  const submit = form.submit(async (v) => {
    const fields = {
      ...v,
      floor: v.floor === null ? null : { amount: v.floor, currency: placement?.floor?.currency ?? site.currency },
    };
    const made = placement
      ? await call(changePlacement, { id: placement.id, ...fields })
      : await call(createPlacement, { site_id: site.id, ...fields });
    await queries.invalidateQueries();
    onDone(made);
  });
  return (
    <Form
      onSubmit={submit}
      problem={form.problem}
      busy={form.busy}
      action={placement ? words.save : words.addPlacement}
    >
      <TextInput
        label={words.name}
        required
        data-autofocus
        {...form.text('name')}
        onChange={(event) => {
          const name = event.currentTarget.value;
          // The code follows the name until somebody writes it.
          change({
            name,
            ...(placement || (values.code && values.code !== codeOf(values.name)) ? {} : { code: codeOf(name) }),
          });
        }}
      />
      <TextInput label={words.code} description={words.codeHint} required {...form.text('code')} />
      <TagsInput
        label={words.sizes}
        required
        data={(formats.rows ?? []).map(({ code }) => code)}
        value={values.formats}
        error={errors['formats']}
        onChange={(chosen) => change({ formats: chosen })}
      />
      <Select
        label={words.section}
        clearable
        placeholder={words.anySection}
        data={(sections.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={values.section_id}
        error={errors['section_id']}
        onChange={(section_id) => change({ section_id })}
      />
      <MoneyInput
        label={words.floor}
        currency={site.currency}
        amount={values.floor}
        error={errors['floor']}
        onChange={(floor) => change({ floor })}
      />
    </Form>
  );
};
