/** Whether a visitor's identifier may be used for advertising (frequency caps): only with consent, and never under Global Privacy Control. */
import { TCString } from '@iabtcf/core';
import type { DecisionRequest } from './contract.ts';

const known = new Map<string, boolean>();

/**
 * IAB TCF: purpose 1 (store on the device) and purpose 2 (select basic ads, which covers frequency capping), both by consent.
 * A string that cannot be read is no consent.
 */
export function mayIdentify(consent: DecisionRequest['consent'], globalPrivacyControl: boolean): boolean {
  if (!consent || globalPrivacyControl) return false;
  if ('ads' in consent) return consent.ads;
  let answer = known.get(consent.tcf);
  if (answer === undefined) {
    answer = readTcf(consent.tcf);
    if (known.size >= 10_000) known.clear();
    known.set(consent.tcf, answer);
  }
  return answer;
}

function readTcf(text: string): boolean {
  try {
    const { purposeConsents } = TCString.decode(text);
    return purposeConsents.has(1) && purposeConsents.has(2);
  } catch {
    return false;
  }
}
