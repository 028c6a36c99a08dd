import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'gray' | 'green' | 'orange' | 'red' | 'blue' | 'petrol' | 'violet';

/** A state in a word, on a wash of its tone. The word carries the meaning, the tone repeats it. */
export const StateMark = ({ tone, children }: { tone: Tone; children: ReactNode }) => (
  <Badge className="vg-state" data-colour={tone} bg="var(--badge-bg)" c="var(--badge-color)">
    {children}
  </Badge>
);
