import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'gray' | 'green' | 'orange' | 'red' | 'blue' | 'petrol' | 'violet';

/** A state in a word, on a wash of its tone. The word carries the meaning, the tone repeats it. */
export const StateMark = ({ tone, children }: { tone: Tone; children: ReactNode }) => (
  <Badge className="vg-state" miw="max-content" data-colour={tone} bg="var(--state-wash)" c="var(--state-ink)">
    {children}
  </Badge>
);
