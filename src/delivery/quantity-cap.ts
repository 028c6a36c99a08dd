/**
 * Hard limits of a line item on what it delivers: on one day of the site, and in all. What is decided and may still come counts in
 * full, so that a limit is not passed; whatever does not come within minutes is given back.
 */
import type { BookLine, Delivered } from './contract.ts';
import type { Zone } from './local-time.ts';
import { isByRate, newPace, noteDecision, noteDelivered, openDecisions, type Pace, renderRate } from './pacing.ts';
import { type AdEventKind, usualRates } from './price.ts';
import { mayTake, newSlice, type Slice, take } from './sharing/slice.ts';

const quarter = 900_000;
const day = 86_400_000;
/** Quarters of an hour kept: a day of 25 hours, and one more. */
const kept = 101;

/** Events of a line item by quarter of an hour, in which days of every time zone begin. */
export type Recent = { counts: Uint32Array; last: number };

export const newRecent = (): Recent => ({ counts: new Uint32Array(kept), last: 0 });

export function noteRecent(recent: Recent, at: number): void {
  const now = Math.floor(at / quarter);
  if (now <= recent.last - kept) return;
  for (let q = Math.max(recent.last + 1, now - kept + 1); q <= now; q++) recent.counts[q % kept] = 0;
  recent.last = Math.max(recent.last, now);
  recent.counts[now % kept] = (recent.counts[now % kept] ?? 0) + 1;
}

/** Events from a moment on that begins a quarter. */
export function since(recent: Recent, from: number): number {
  let sum = 0;
  for (let q = Math.max(Math.ceil(from / quarter), recent.last - kept + 1); q <= recent.last; q++)
    sum += recent.counts[q % kept] ?? 0;
  return sum;
}

/** What counts against the limits: the goal's own unit, or impressions where the goal is no number of ad events. */
export const limitedKind = (unit: BookLine['goal']['unit']): AdEventKind =>
  unit === 'clicks' ? 'click' : unit === 'viewable_impressions' ? 'viewable' : 'impression';

/** What an edge knows of a limited line item beside its figures. */
export type Limited = {
  recent: Recent;
  onTheWay: Pace;
  /** Where several edges share the limits. */
  shared?: SharedLimits | undefined;
};

/** What this edge may take of the limits; the day's is begun anew with each day. */
export type SharedLimits = { lifetime: Slice | undefined; day: SharedDay | undefined };

export type SharedDay = {
  slice: Slice;
  /** When the day began, milliseconds, and its date on the site. */
  from: number;
  date: string;
  /** What all edges had counted on the day when this edge last asked, and it alone at the same moment. */
  total: number;
  counted: number;
};

export const newLimited = (unit: BookLine['goal']['unit']): Limited => ({
  recent: newRecent(),
  onTheWay: newPace(unit === 'clicks' ? usualRates.click : 1),
});

export function noteLimitedDecision(limited: Limited, now: number): void {
  const { shared, onTheWay } = limited;
  if (shared) {
    const units = limitUnit(onTheWay);
    if (shared.lifetime) take(shared.lifetime, units);
    if (shared.day) take(shared.day.slice, units);
  }
  noteDecision(onTheWay, now);
}

/** What one decision takes of a limit: few clicks come of many impressions, so those count by their rate. */
export const limitUnit = (onTheWay: Pace): number => (isByRate(onTheWay) ? renderRate(onTheWay.onTheWay) : 1);

/** `isOurs`: its decision was made by this edge. */
export function noteLimitedEvent(
  limited: Limited,
  { decidedAt, at, isOurs }: { decidedAt: number; at: number; isOurs: boolean },
): void {
  noteRecent(limited.recent, at);
  if (isOurs) noteDelivered(limited.onTheWay, decidedAt);
}

export type Limits = {
  daily: number | null;
  lifetime: number | null;
  kind: AdEventKind;
  zone: Zone;
  /** By date, what the event store knows. */
  stored: Readonly<Record<string, Delivered>>;
};

export const figureOf = { impression: 'impressions', viewable: 'viewables', click: 'clicks' } as const;

/**
 * Which limit leaves no room for `units` more at `now`; `no_slice`: another edge may have room. `delivered`: in all, of the kind
 * that is limited.
 */
export function limitMet(
  { daily, lifetime, kind, zone, stored }: Limits,
  limited: Limited,
  { now, delivered, units }: { now: number; delivered: number; units: number },
): 'daily_cap_met' | 'lifetime_cap_met' | 'no_slice' | undefined {
  const { recent, onTheWay, shared } = limited;
  // Few clicks come of many impressions: those on their way count by their rate.
  const coming = openDecisions(onTheWay, now) * (kind === 'click' ? renderRate(onTheWay.onTheWay) : 1);
  if (lifetime !== null && delivered + coming + units > lifetime + 1e-9) return 'lifetime_cap_met';
  const asked = shared ? units * limitUnit(onTheWay) : 0;
  if (shared?.lifetime && !mayTake(shared.lifetime, asked)) return 'no_slice';
  if (daily === null) return undefined;
  const { from, date } = dayOf(now, zone);
  const counted = since(recent, from);
  const day = shared && sharedDayOf(shared, from, date);
  const today = Math.max(counted, stored[date]?.[figureOf[kind]] ?? 0, day ? day.total + counted - day.counted : 0);
  if (today + coming + units > daily + 1e-9) return 'daily_cap_met';
  return day && !mayTake(day.slice, asked) ? 'no_slice' : undefined;
}

function sharedDayOf(shared: SharedLimits, from: number, date: string): SharedDay {
  if (shared.day?.date !== date) shared.day = { slice: newSlice(), from, date, total: 0, counted: 0 };
  return shared.day;
}

/** The day of the wall clock: when it began, and its date. */
function dayOf(now: number, zone: Zone): { from: number; date: string } {
  const midnight = Math.floor((now + zone.offset(now)) / day) * day;
  const from = midnight - zone.offset(midnight - zone.offset(now));
  return { from, date: new Date(midnight).toISOString().slice(0, 10) };
}
