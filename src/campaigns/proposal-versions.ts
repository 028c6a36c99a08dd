/** Versions of a proposal compared, countered and sealed. Pure. */
import { createHash } from 'node:crypto';
import { Refusal } from '#platform';
import type { CounterLine, Difference, OfferedLine } from './contract.ts';
import { nextDay, startOfDay } from './zoned-day.ts';

type Line = OfferedLine & { id: string };

/** Fields that the thread shows, as text; what is left out of a line counts as nothing. */
const shown: Record<string, (line: Line) => string> = {
  name: (line) => line.name,
  placements: (line) => line.placements.join(', '),
  quantity: (line) => `${line.goal.quantity} ${line.goal.unit}`,
  rate: (line) => `${line.rate.amount} ${line.rate.currency} ${line.rate.model}`,
  start: (line) => new Date(line.start).toISOString(),
  end: (line) => new Date(line.end).toISOString(),
  type: (line) => line.type,
  sizes: (line) => (line.sizes ?? []).join(', '),
  targeting: (line) => (line.targeting ? JSON.stringify(line.targeting) : ''),
  frequency_caps: (line) => (line.frequency_caps ?? []).map((cap) => `${cap.count}/${cap.every} ${cap.per}`).join(', '),
};

/** What changed from one version to the next: fields of lines that stay, lines that came (before null) and went (after null). */
export const differencesBetween = (before: readonly Line[], after: readonly Line[]): Difference[] =>
  differencesIn(shown, before, after);

/** The same for lines of any kind, over the fields that are shown of them. */
export function differencesIn<L extends { id: string; name: string }>(
  shown: Readonly<Record<string, (line: L) => string>>,
  before: readonly L[],
  after: readonly L[],
): Difference[] {
  const old = new Map(before.map((line) => [line.id, line]));
  const kept = new Set(after.map((line) => line.id));
  const list: Difference[] = [];
  for (const line of after) {
    const was = old.get(line.id);
    if (!was) {
      list.push({ line_id: line.id, line: line.name, field: 'line', before: null, after: line.name });
      continue;
    }
    for (const [field, read] of Object.entries(shown)) {
      const [a, b] = [read(was), read(line)];
      if (a !== b) list.push({ line_id: line.id, line: line.name, field, before: a, after: b });
    }
  }
  for (const line of before) {
    if (!kept.has(line.id))
      list.push({ line_id: line.id, line: line.name, field: 'line', before: line.name, after: null });
  }
  return list;
}

/** The lines as a counter-offer would have them. Throws bad-input for a line that is not there, or named twice. */
export function withCounter<L extends Line & { time_zone: string }>(
  lines: readonly L[],
  counter: readonly CounterLine[],
): L[] {
  const ids = counter.map((line) => line.line_id);
  for (const [index, id] of ids.entries()) {
    const field = `lines.${index}.line_id`;
    if (!lines.some((line) => line.id === id))
      throw new Refusal('bad-input', `${field}: this version has no such line.`, { field });
    if (ids.indexOf(id) !== index) throw new Refusal('bad-input', `${field}: the line is there twice.`, { field });
  }
  return lines.map((line) => {
    const asked = counter.find((one) => one.line_id === line.id);
    if (!asked) return line;
    return {
      ...line,
      rate: { ...line.rate, amount: asked.rate ?? line.rate.amount },
      goal: { ...line.goal, quantity: asked.quantity ?? line.goal.quantity },
      start: asked.first_day ? startOfDay(asked.first_day, line.time_zone) : (asked.start ?? line.start),
      end: asked.last_day ? startOfDay(nextDay(asked.last_day), line.time_zone) : (asked.end ?? line.end),
    };
  });
}

/**
 * SHA-256 (hex) of what is agreed: parties, terms, version and lines, as JSON with sorted keys, so that the same content
 * always gives the same hash.
 */
export function documentHash(agreed: {
  proposal_id: string;
  version: number;
  name: string;
  advertiser_id: string;
  currency: string;
  terms: string;
  lines: readonly Line[];
}): string {
  return sealOf(agreed);
}

/** SHA-256 (hex) of anything, as JSON with sorted keys. */
export const sealOf = (agreed: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(agreed)))
    .digest('hex');

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inside]) => inside !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inside]) => [key, sorted(inside)]),
  );
}

/** How far a rate lies below the list rate, in percent with two decimals; never below 0. */
export const discountOf = (offered: number, list: number | null): number =>
  list === null || list === 0 || offered >= list ? 0 : Math.round(((list - offered) / list) * 10_000) / 100;
