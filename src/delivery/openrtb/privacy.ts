/** What the rules of a request allow: consent by TCF, alone or within a GPP string, and the signals that say no. */
import { TCString } from '@iabtcf/core';
import type { BidRequest } from './bid-request.ts';

/** Section ids of the GPP: the TCF of the European Union; from 6 on those of the United States and of other countries. */
const europeanTcf = 2;
const firstOfOthers = 6;

/**
 * A reader who has said no, or whose rules are not read here: COPPA, `dnt`, `lmt`, GPC, an opt-out of sale in `us_privacy`, a
 * GPP section other than the TCF's. Never an identifier then.
 */
export function saysNo({ device, regs }: Pick<BidRequest, 'device' | 'regs'>): boolean {
  const gpc = regs?.ext?.gpc;
  const us = regs?.us_privacy ?? regs?.ext?.us_privacy;
  return (
    gpc === 1 ||
    gpc === '1' ||
    device?.dnt === 1 ||
    device?.lmt === 1 ||
    regs?.coppa === 1 ||
    (us !== undefined && /^1[YN-]Y/i.test(us)) ||
    (regs?.gpp_sid?.some((id) => id >= firstOfOthers) ?? false)
  );
}

type Consent = { tcf: string } | { ads: boolean };

/** Consent by the TCF string, `user.consent` or the section of the GPP string; without one, a yes only where the GDPR is said not to apply. */
export function consentOf({ user, regs }: Pick<BidRequest, 'user' | 'regs'>): Consent | undefined {
  const tcf = user?.consent || user?.ext?.consent || tcfOfGpp(regs?.gpp, regs?.gpp_sid);
  if (tcf) return { tcf };
  return (regs?.gdpr ?? regs?.ext?.gdpr) === 0 ? { ads: true } : undefined;
}

/** Sections follow the header, `~` between them; the one of the TCF is a TC string of version 2 as it is. */
function tcfOfGpp(gpp: string | undefined, sections: readonly number[] | undefined): string | undefined {
  if (!gpp || (sections && !sections.includes(europeanTcf))) return undefined;
  return gpp
    .split('~')
    .slice(1)
    .find((section) => section.startsWith('C') && isTcf(section));
}

function isTcf(text: string): boolean {
  try {
    return TCString.decode(text).version === 2;
  } catch {
    return false;
  }
}
