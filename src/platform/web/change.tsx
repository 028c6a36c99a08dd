import { Text } from '@mantine/core';
import { useFormat } from './use-format.ts';

/** The change against another period, in percent. The sign carries the meaning; colour only repeats it. `down` marks figures that are better when lower. */
export const Change = ({
  percent,
  down = false,
  title,
}: {
  percent: number | null | undefined;
  down?: boolean;
  title?: string;
}) => {
  const format = useFormat();
  if (percent === null || percent === undefined) return null;
  const good = percent === 0 ? undefined : percent > 0 !== down;
  const colour = good === undefined ? 'var(--ink-soft)' : good ? 'var(--good)' : 'var(--bad)';
  return (
    <Text span size="xs" fw={600} style={{ color: colour }} title={title}>
      {format.change(percent)}
    </Text>
  );
};

/** How a figure changed, in percent of what it was; null when it was nothing. */
export const changeOf = (now: number | null | undefined, before: number | null | undefined): number | null =>
  now === null || now === undefined || before === null || before === undefined || before === 0
    ? null
    : ((now - before) / before) * 100;
