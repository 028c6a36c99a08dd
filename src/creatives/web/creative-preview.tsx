import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Creative } from '#creatives/contract';
import { Loading, useEdge, useWords } from '#platform/web';
import { messages } from './messages.ts';

type Point = { x: number; y: number };

/**
 * The creative itself, pixel for pixel; wider ones scroll rather than shrink. `pins` are shown on it; with `onPoint` a click tells
 * where it was, from the upper left corner, 0 to 1.
 */
export const CreativePreview = ({
  creative,
  pins = [],
  point,
  onPoint,
}: {
  creative: Creative;
  pins?: (Point & { id: string; n: number })[];
  point?: Point | undefined;
  onPoint?: (point: Point) => void;
}) => (
  <div
    className="vg-checker"
    tabIndex={0}
    role="region"
    aria-label={creative.name}
    style={{ overflow: 'auto', padding: 16, borderRadius: 6 }}
  >
    <div style={{ position: 'relative', width: 'fit-content' }}>
      <Shown creative={creative} />
      {onPoint && creative.kind !== 'video' ? <Pointer creative={creative} onPoint={onPoint} /> : null}
      {pins.map(({ id, n, x, y }) => (
        <Pin key={id} x={x} y={y} text={String(n)} />
      ))}
      {point ? <Pin {...point} text="+" /> : null}
    </div>
  </div>
);

/** Lies over the creative: what is clicked is pointed at, and the creative does not hear of it. */
const Pointer = ({ creative, onPoint }: { creative: Creative; onPoint: (point: Point) => void }) => {
  const words = useWords(messages);
  return (
    <button
      type="button"
      aria-label={words.pointAt}
      onClick={({ clientX, clientY, currentTarget }) => {
        const { left, top, width, height } = currentTarget.getBoundingClientRect();
        const part = (at: number, size: number) => Math.min(1, Math.max(0, Math.round((1000 * at) / size) / 1000));
        // By keyboard there is no point: the middle stands in.
        onPoint(
          clientX === 0 && clientY === 0
            ? { x: 0.5, y: 0.5 }
            : { x: part(clientX - left, width), y: part(clientY - top, height) },
        );
      }}
      style={{
        position: 'absolute',
        inset: 0,
        width: creative.width ?? '100%',
        height: creative.height ?? '100%',
        background: 'transparent',
        border: 0,
        padding: 0,
        cursor: 'crosshair',
      }}
    />
  );
};

const Pin = ({ x, y, text }: Point & { text: string }) => (
  <span
    style={{
      position: 'absolute',
      left: `${100 * x}%`,
      top: `${100 * y}%`,
      width: 22,
      height: 22,
      margin: -11,
      borderRadius: '50%',
      background: '#a32018',
      color: '#fff',
      font: '600 12px/22px sans-serif',
      textAlign: 'center',
      pointerEvents: 'none',
    }}
  >
    {text}
  </span>
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
