/**
 * The bid request of OpenRTB 2.6: every attribute of the specification with its type, what is required, and what excludes each
 * other. Unknown fields are passed over.
 */
import * as z from 'zod';
import { Imp } from './imp-types.ts';
import { App, Device, Dooh, Regs, Site, Source, User } from './request-context-types.ts';
import { Currency, Ext, Flag, Id, Strings } from './request-types.ts';

export type { Deal, Imp, Video } from './imp-types.ts';

/** Lists of which one may be given, not both. */
const exclusive = [
  ['wseat', 'bseat'],
  ['acat', 'bcat'],
  ['wlang', 'wlangb'],
] as const;

export const BidRequest = z
  .looseObject({
    id: Id,
    imp: z.array(Imp).min(1).max(100),
    site: Site.optional(),
    app: App.optional(),
    dooh: Dooh.optional(),
    device: Device.optional(),
    user: User.optional(),
    test: Flag.optional(),
    at: z.int().min(1).optional(),
    tmax: z.int().min(0).optional(),
    wseat: Strings.optional(),
    bseat: Strings.optional(),
    allimps: Flag.optional(),
    cur: z.array(Currency).max(200).optional(),
    wlang: Strings.optional(),
    wlangb: Strings.optional(),
    acat: Strings.optional(),
    bcat: Strings.optional(),
    cattax: z.int().optional(),
    badv: Strings.optional(),
    bapp: Strings.optional(),
    source: Source.optional(),
    regs: Regs.optional(),
    ext: Ext,
  })
  .superRefine(({ imp, site, app, dooh, ...request }, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const [first, second] = Object.entries({ site, app, dooh }).filter(([, value]) => value !== undefined);
    if (first && second) issue([second[0]], `must not be given together with ${first[0]}`);
    for (const [one, other] of exclusive)
      if (request[one]?.length && request[other]?.length) issue([other], `must not be given together with ${one}`);
    const seen = new Set<string>();
    for (const [index, { id }] of imp.entries()) {
      if (seen.has(id)) issue(['imp', index, 'id'], 'must be different for every imp');
      seen.add(id);
    }
  });
export type BidRequest = z.infer<typeof BidRequest>;
