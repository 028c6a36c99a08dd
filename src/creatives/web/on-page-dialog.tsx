import { Alert, Button, CopyButton, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { previewCreative } from '#creatives/contract';
import type { Creative } from '#creatives/contract';
import { ErrorState, useAction, useWords } from '#platform/web';
import { messages } from './review-messages.ts';
import { messages as linkMessages } from './request-messages.ts';

/** An address that forces the creative onto a real page for a while. */
export const OnPage = ({ creative }: { creative: Creative }) => {
  const words = useWords(messages);
  const link = useWords(linkMessages);
  const make = useAction(previewCreative);
  const [url, setUrl] = useState('https://');
  const [placement, setPlacement] = useState('');
  const [hours, setHours] = useState<number>(24);
  return (
    <Stack>
      <Text size="sm">{words.onPageNote}</Text>
      <TextInput
        label={words.pageUrl}
        type="url"
        required
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Group grow>
        <TextInput
          label={words.placement}
          value={placement}
          onChange={(event) => setPlacement(event.currentTarget.value)}
        />
        <NumberInput
          label={words.hours}
          min={1}
          max={720}
          value={hours}
          onChange={(value) => setHours(Number(value) || 24)}
        />
      </Group>
      <Button
        loading={make.isPending}
        onClick={() =>
          make.mutate({ id: creative.id, url, hours, ...(placement.trim() ? { placement: placement.trim() } : {}) })
        }
      >
        {words.makePreview}
      </Button>
      {make.error ? <ErrorState error={make.error} /> : null}
      {make.data ? (
        <Alert color="green" variant="light">
          <Group>
            <Button component="a" href={make.data.url} target="_blank" rel="noopener noreferrer">
              {words.openPage}
            </Button>
            <CopyButton value={make.data.url}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? link.copied : link.copy}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      ) : null}
    </Stack>
  );
};
