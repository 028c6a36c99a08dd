/** What a visitor's consent lets advertising do: read from a TCF string (IAB Europe, v2.2 and 2.3), and never under Global Privacy Control. */
import { type TCModel, TCString } from '@iabtcf/core';
import type { DecisionRequest } from './contract.ts';

/** By purpose of the TCF. */
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

/** Who the operator is to the TCF. */
export type TcfOperator = {
  /** Its number in the Global Vendor List, where it has one: consent must then name it as well. */
  vendor?: number | undefined;
  /** Purposes that it claims by legitimate interest; the TCF allows 2 and 7 of those used here, never 1, 3 and 4 (v2.2). */
  legitimateInterests?: readonly number[] | undefined;
};

const nobody: TcfOperator = {};

const nothing: Permissions = { store: false, basicAds: false, profile: false, measure: false };
const everything: Permissions = { store: true, basicAds: true, profile: true, measure: true };
const known = new Map<string, Permissions>();

/** A string that cannot be read is no consent. */
export function permissionsOf(
  consent: DecisionRequest['consent'],
  globalPrivacyControl: boolean,
  operator: TcfOperator = nobody,
): Permissions {
  if (!consent || globalPrivacyControl) return nothing;
  if ('ads' in consent) return consent.ads ? everything : nothing;
  const key = `${operator.vendor ?? ''} ${operator.legitimateInterests?.join() ?? ''} ${consent.tcf}`;
  let answer = known.get(key);
  if (answer === undefined) {
    answer = readTcf(consent.tcf, operator);
    if (known.size >= 10_000) known.clear();
    known.set(key, answer);
  }
  return answer;
}

/** Whether a visitor's identifier may be used for advertising (frequency caps): purposes 1 and 2. */
export function mayIdentify(
  consent: DecisionRequest['consent'],
  globalPrivacyControl: boolean,
  operator?: TcfOperator,
): boolean {
  const { store, basicAds } = permissionsOf(consent, globalPrivacyControl, operator);
  return store && basicAds;
}

/**
 * Whether a visitor's identifier may join what they read with the ads they saw: store (1), a profile and ads by it (3, 4), and
 * measuring ads (7).
 */
export function mayJoin(
  consent: DecisionRequest['consent'],
  globalPrivacyControl: boolean,
  operator?: TcfOperator,
): boolean {
  const { store, profile, measure } = permissionsOf(consent, globalPrivacyControl, operator);
  return store && profile && measure;
}

function readTcf(text: string, operator: TcfOperator): Permissions {
  try {
    const model = TCString.decode(text);
    if (operator.vendor !== undefined && !isDisclosed(model, text, operator.vendor)) return nothing;
    const may = (purpose: number) => byConsent(model, operator, purpose) || byInterest(model, operator, purpose);
    return { store: may(1), basicAds: may(2), profile: may(3) && may(4), measure: may(7) };
  } catch {
    return nothing;
  }
}

/** Types of a publisher's restriction (TCF v2.2, "Publisher Restrictions"). */
const restricted = { notAllowed: 0, needsConsent: 1, needsInterest: 2 } as const;

function byConsent(model: TCModel, { vendor }: TcfOperator, purpose: number): boolean {
  if (!model.purposeConsents.has(purpose)) return false;
  if (vendor === undefined) return true;
  if (!model.vendorConsents.has(vendor)) return false;
  return !isRestricted(model, vendor, { purpose, types: [restricted.notAllowed, restricted.needsInterest] });
}

/** The reader was told and did not object; only where the operator claims it for a purpose that the TCF leaves to it. */
function byInterest(model: TCModel, { vendor, legitimateInterests }: TcfOperator, purpose: number): boolean {
  if (!legitimateInterests?.includes(purpose) || (purpose !== 2 && purpose !== 7)) return false;
  if (!model.purposeLegitimateInterests.has(purpose)) return false;
  if (vendor === undefined) return true;
  if (!model.vendorLegitimateInterests.has(vendor)) return false;
  return !isRestricted(model, vendor, { purpose, types: [restricted.notAllowed, restricted.needsConsent] });
}

/** Strings made from here on are TCF 2.3 strings: they must say which vendors the reader was shown (IAB Europe, end of the transition). */
const disclosureMandatory = Date.UTC(2026, 2, 1);

/**
 * Whether the reader was shown the vendor (TCF 2.3, "Disclosed Vendors"): named in that segment; a string older than the end of
 * the transition may have none.
 */
function isDisclosed({ vendorsDisclosed, created }: TCModel, text: string, vendor: number): boolean {
  if (vendorsDisclosed.has(vendor)) return true;
  return !namesDisclosed(text) && created.getTime() < disclosureMandatory;
}

/** Whether one of the segments behind the core is of type 1 (its first three bits): an empty list of vendors is a list. */
const namesDisclosed = (text: string): boolean =>
  text
    .split('.')
    .slice(1)
    .some((segment) => /^[I-P]/.test(segment));

const isRestricted = (
  { publisherRestrictions }: TCModel,
  vendor: number,
  { purpose, types }: { purpose: number; types: readonly number[] },
): boolean =>
  publisherRestrictions
    .getRestrictions(vendor)
    .some(({ purposeId, restrictionType }) => purposeId === purpose && types.includes(restrictionType));
