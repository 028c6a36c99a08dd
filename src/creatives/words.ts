/** The kinds and states of creatives, which every shape of this domain speaks of. */
import * as z from 'zod';

export const CreativeKind = z.enum(['image', 'html5', 'native', 'text', 'video', 'tag']);
export type CreativeKind = z.infer<typeof CreativeKind>;

export const CreativeState = z.enum(['uploaded', 'checking', 'waiting', 'approved', 'rejected', 'retired']);
export type CreativeState = z.infer<typeof CreativeState>;
