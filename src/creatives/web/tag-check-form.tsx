import { Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { checkTags } from '#creatives/contract';
import type { TagCheck } from '#creatives/contract';
import { useMay } from '#people/web';
import { call, Form, useForm, useWords } from '#platform/web';
import { messages } from './messages.ts';

/** Asks for a page of the site and says what its placements answer. */
export const TagCheckForm = ({ domain }: { domain: string }) => {
  const words = useWords(messages);
  const may = useMay();
  const [seen, setSeen] = useState<TagCheck>();
  const form = useForm({ url: `https://${domain}/` }, { required: ['url'] });
  const submit = form.submit(async ({ url }) => {
    setSeen(undefined);
    setSeen(await call(checkTags, { url }));
  });
  if (!may('inventory.write')) return null;
  return (
    <Stack gap="sm">
      <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.checkPage}>
        <TextInput label={words.pageAddress} description={words.checkPageHint} type="url" {...form.text('url')} />
      </Form>
      <div aria-live="polite">{seen ? <Seen check={seen} /> : null}</div>
    </Stack>
  );
};

const Seen = ({ check }: { check: TagCheck }) => {
  const words = useWords(messages);
  return (
    <Stack gap="xs">
      <Text size="sm" c={check.has_script ? 'var(--good)' : 'var(--bad)'}>
        {check.has_script ? words.hasScript : words.noScript}
      </Text>
      {check.placements.length === 0 ? <Text size="sm">{words.noPlacements}</Text> : null}
      {check.placements.length > 0 ? (
        <Table.ScrollContainer minWidth={480}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.placement}</Table.Th>
                <Table.Th>{words.asked}</Table.Th>
                <Table.Th>{words.box}</Table.Th>
                <Table.Th>{words.outcome}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {check.placements.map((placement, index) => (
                <Table.Tr key={`${placement.code} ${index}`}>
                  <Table.Td>
                    {placement.name ?? ''} <code>{placement.code}</code>
                  </Table.Td>
                  <Table.Td>{placement.sizes.join(', ') || '–'}</Table.Td>
                  <Table.Td>{`${placement.width} × ${placement.height}`}</Table.Td>
                  <Table.Td>
                    {words[placement.outcome]}
                    {placement.creative ? ` · ${placement.creative.size ?? placement.creative.kind}` : ''}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      {check.missing.length > 0 ? <Text size="sm">{words.missingHere(check.missing.join(', '))}</Text> : null}
      {check.errors.length > 0 ? (
        <Text size="sm" component="div">
          {words.pageErrors}
          <ul>
            {check.errors.map((error, index) => (
              <li key={index}>{error}</li>
            ))}
          </ul>
        </Text>
      ) : null}
    </Stack>
  );
};
