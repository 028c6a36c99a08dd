import { Center, Text } from '@mantine/core';
import { IconCode, IconFileText, IconMovie } from '@tabler/icons-react';
import type { Creative, CreativeState } from '#creatives/contract';
import { StateMark, useWords } from '#platform/web';
import type { Tone } from '#platform/web';
import { messages } from './messages.ts';

const tones: Record<CreativeState, Tone> = {
  uploaded: 'gray',
  checking: 'blue',
  waiting: 'orange',
  approved: 'green',
  rejected: 'red',
  retired: 'gray',
};

export const CreativeStateBadge = ({ state }: { state: CreativeState }) => {
  const words = useWords(messages);
  return <StateMark tone={tones[state]}>{words[state]}</StateMark>;
};

/** A small picture of a creative, whole, on a chequered ground. */
export const CreativeThumb = ({ creative, size }: { creative: Creative; size: number | string }) => (
  <Center
    className="vg-checker"
    style={{
      width: size,
      height: typeof size === 'number' ? size : 140,
      flexShrink: 0,
      borderRadius: 6,
      overflow: 'hidden',
      border: '1px solid var(--line)',
    }}
  >
    {creative.kind === 'image' && creative.file_url ? (
      <img
        src={creative.file_url}
        alt=""
        loading="lazy"
        style={{ maxWidth: '100%', maxHeight: '100%', display: 'block' }}
      />
    ) : creative.kind === 'native' || creative.kind === 'text' ? (
      <Text size="xs" p={6} lineClamp={4}>
        {creative.content.title}
      </Text>
    ) : creative.kind === 'video' ? (
      <IconMovie aria-hidden />
    ) : creative.kind === 'tag' ? (
      <IconCode aria-hidden />
    ) : (
      <IconFileText aria-hidden />
    )}
  </Center>
);
