/** What a visitor's consent lets advertising do: read from a TCF string (IAB Europe, v2.2 and 2.3), and never under Global Privacy Control. */
import { type TCModel, TCString } from '@iabtcf/core';
import type { DecisionRequest } from './contract.ts';

/** By purpose of the TCF, all by consent: legitimate interest is never claimed. */
export type Permissions = {
  /** Purpose 1: store or read an identifier on the device. */
  store: boolean;
  /** Purpose 2: basic ads, which covers frequency capping. */
  basicAds: boolean;
  /** Purposes 3 and 4: a profile for advertising, and ads by it. */
  profile: boolean;
  /** Purpose 7: measure the performance of ads. */
  measure: boolean;
};

const nothing: Permissions = { store: false, basicAds: false, profile: false, measure: false };
const everything: Permissions = { store: true, basicAds: true, profile: true, measure: true };
const known = new Map<string, Permissions>();

/**
 * `vendor`: the operator's number in the Global Vendor List, where it has one; consent must then name it as well. A string that
 * cannot be read is no consent.
 */
export function permissionsOf(
  consent: DecisionRequest['consent'],
  globalPrivacyControl: boolean,
  vendor?: number,
): Permissions {
  if (!consent || globalPrivacyControl) return nothing;
  if ('ads' in consent) return consent.ads ? everything : nothing;
  const key = `${vendor ?? ''} ${consent.tcf}`;
  let answer = known.get(key);
  if (answer === undefined) {
    answer = readTcf(consent.tcf, vendor);
    if (known.size >= 10_000) known.clear();
    known.set(key, answer);
  }
  return answer;
}

/** Whether a visitor's identifier may be used for advertising (frequency caps): purposes 1 and 2. */
export function mayIdentify(
  consent: DecisionRequest['consent'],
  globalPrivacyControl: boolean,
  vendor?: number,
): boolean {
  const { store, basicAds } = permissionsOf(consent, globalPrivacyControl, vendor);
  return store && basicAds;
}

/**
 * Whether a visitor's identifier may join what they read with the ads they saw: store (1), a profile and ads by it (3, 4), and
 * measuring ads (7).
 */
export function mayJoin(consent: DecisionRequest['consent'], globalPrivacyControl: boolean, vendor?: number): boolean {
  const { store, profile, measure } = permissionsOf(consent, globalPrivacyControl, vendor);
  return store && profile && measure;
}

function readTcf(text: string, vendor: number | undefined): Permissions {
  try {
    const model = TCString.decode(text);
    if (vendor !== undefined && !namesVendor(model, vendor)) return nothing;
    const may = (purpose: number) => model.purposeConsents.has(purpose) && !isForbidden(model, vendor, purpose);
    return { store: may(1), basicAds: may(2), profile: may(3) && may(4), measure: may(7) };
  } catch {
    return nothing;
  }
}

/** From 2.3 on, a vendor counts only when it was disclosed to the reader; older strings have no such segment. */
function namesVendor({ vendorConsents, vendorsDisclosed }: TCModel, vendor: number): boolean {
  if (!vendorConsents.has(vendor)) return false;
  return vendorsDisclosed.size === 0 || vendorsDisclosed.has(vendor);
}

/** Publisher restrictions: 0 forbids the purpose; 2 would ask for legitimate interest, which is never claimed. */
function isForbidden({ publisherRestrictions }: TCModel, vendor: number | undefined, purpose: number): boolean {
  if (vendor === undefined) return false;
  return publisherRestrictions
    .getRestrictions(vendor)
    .some((one) => one.purposeId === purpose && (one.restrictionType === 0 || one.restrictionType === 2));
}
