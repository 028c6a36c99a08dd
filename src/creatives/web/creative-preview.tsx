import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Creative } from '#creatives/contract';
import { Loading, useEdge, useWords } from '#platform/web';
import { messages } from './messages.ts';

/** The creative itself, pixel for pixel; wider ones scroll rather than shrink. */
export const CreativePreview = ({ creative }: { creative: Creative }) => (
  <div
    className="vg-checker"
    tabIndex={0}
    role="region"
    aria-label={creative.name}
    style={{ overflow: 'auto', padding: 16, borderRadius: 6 }}
  >
    <Shown creative={creative} />
  </div>
);

const Shown = ({ creative }: { creative: Creative }) => {
  const words = useWords(messages);
  const { width, height } = creative;
  const size = width && height ? { width, height } : {};
  switch (creative.kind) {
    case 'image':
      return creative.file_url ? (
        <img src={creative.file_url} alt={creative.name} {...size} style={{ display: 'block', maxWidth: 'none' }} />
      ) : null;
    case 'html5':
    case 'tag':
      return <PagePreview creative={creative} />;
    case 'native':
    case 'text':
      return <TextPreview content={creative.content} />;
    case 'video':
      if (creative.file_url)
        return (
          <video
            src={creative.file_url}
            controls
            muted
            playsInline
            preload="metadata"
            aria-label={creative.name}
            {...size}
            style={{ display: 'block', maxWidth: '100%', height: 'auto' }}
          />
        );
      return creative.content?.vast_url ? (
        <Button
          component="a"
          variant="default"
          href={creative.content.vast_url}
          target="_blank"
          rel="noopener noreferrer nofollow"
        >
          {words.openPreview}
        </Button>
      ) : null;
  }
};

/** From the edge, another origin, in a sandbox: what a third party wrote never runs in this page's. */
const PagePreview = ({ creative }: { creative: Creative }) => {
  const words = useWords(messages);
  const edge = useEdge();
  const address = edge && creative.preview_path ? edge + creative.preview_path : undefined;
  const known = useQuery({
    queryKey: ['creative preview', address],
    queryFn: async () => (await fetch(address ?? '', { method: 'HEAD', credentials: 'omit' })).ok,
    enabled: address !== undefined,
    // The edge hears of a new creative with its next book.
    refetchInterval: ({ state }) => (state.data ? false : 2000),
  });
  if (!address || known.isPending) return <Loading height={creative.height ?? 120} />;
  if (!known.data)
    return (
      <Text size="sm" role="status">
        {words.previewSoon}
      </Text>
    );
  return (
    <Stack gap={8}>
      <iframe
        src={address}
        title={creative.name}
        width={creative.width ?? 300}
        height={creative.height ?? 250}
        sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"
        style={{ border: 0, display: 'block', background: '#fff' }}
      />
      <Text size="xs" c="dimmed">
        {words.opensHere}
      </Text>
    </Stack>
  );
};

type Texts = Extract<Creative, { kind: 'native' | 'text' }>['content'];

const TextPreview = ({ content }: { content: Texts }) => (
  <Stack
    gap={4}
    maw={360}
    p="md"
    style={{ background: 'var(--surface)', border: '1px solid var(--line)', borderRadius: 8 }}
  >
    {content.sponsored_by ? (
      <Text size="xs" c="dimmed">
        {content.sponsored_by}
      </Text>
    ) : null}
    <Text fw={650}>{content.title}</Text>
    {content.body ? <Text size="sm">{content.body}</Text> : null}
    {content.display_url ? (
      <Text size="xs" c="dimmed">
        {content.display_url}
      </Text>
    ) : null}
    {content.call_to_action ? <Text c="petrol">{content.call_to_action}</Text> : null}
  </Stack>
);
