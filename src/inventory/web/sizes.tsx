import { Group } from '@mantine/core';
import { StateMark } from '#platform/web';

/** The sizes and formats a placement takes. */
export const Sizes = ({ formats }: { formats: readonly string[] }) => (
  <Group gap={4}>
    {formats.map((size) => (
      <StateMark key={size} tone="gray">
        {size}
      </StateMark>
    ))}
  </Group>
);
