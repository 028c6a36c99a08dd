/** The lines of a proposal while they are typed: pure. Days are those of the first placement's site. */
import type { LineItemType, OfferedLine, ProposalLine } from '#campaigns/contract';
import type { ExplainedPrice, GoalUnit, Package, RateModel, TargetingGroup } from '#inventory/contract';
import type { Money } from '#platform/contract';
import { addDays, lastDay, startOfDay } from '#platform/web';
import { bookedAmount } from '../totals.ts';

export type DraftLine = {
  key: string;
  name: string;
  type: LineItemType;
  placements: string[];
  package_id: string | null;
  first: string | null;
  last: string | null;
  unit: GoalUnit;
  quantity: number | null;
  model: RateModel;
  amount: number | null;
  targeting: TargetingGroup | null;
  /** As it was read: what this editor does not show stays as it is. */
  kept?: ProposalLine;
};

let made = 0;
const newKey = () => `draft-${++made}`;

export const emptyLine = (change: Partial<DraftLine> = {}): DraftLine => ({
  name: '',
  type: 'standard',
  placements: [],
  package_id: null,
  first: null,
  last: null,
  unit: 'impressions',
  quantity: null,
  model: 'cpm',
  amount: null,
  targeting: null,
  ...change,
  key: newKey(),
});

const firstDay = (start: string, zone: string) => lastDay(new Date(Date.parse(start) + 1).toISOString(), zone);

export const draftOf = (line: ProposalLine, zone: string): DraftLine => ({
  key: line.id,
  name: line.name,
  type: line.type,
  placements: line.placements,
  package_id: null,
  first: firstDay(line.start, zone),
  last: lastDay(line.end, zone),
  unit: line.goal.unit,
  quantity: line.goal.quantity,
  model: line.rate.model,
  amount: line.rate.amount,
  targeting: line.targeting ?? null,
  kept: line,
});

/** A copy is a line of its own: it keeps the terms, not the name it has in the ledger. */
export const copyOf = ({ kept, ...line }: DraftLine): DraftLine => {
  if (!kept) return { ...line, key: newKey() };
  const { id: _, ...terms } = kept;
  return { ...line, key: newKey(), kept: { ...terms, id: '' } };
};

export const isWhole = ({ name, placements, first, last, quantity, amount }: DraftLine): boolean =>
  name.trim() !== '' && placements.length > 0 && Boolean(first && last) && quantity !== null && amount !== null;

/** The line as it is sent. Instants of days that were not touched stay to the second. */
export function offeredOf(draft: DraftLine, { currency, zone }: { currency: string; zone: string }): OfferedLine {
  const { kept } = draft;
  const { id, placement_names: _n, list_rate: _l, discount: _d, amount: _a, ...terms } = kept ?? { id: '' };
  const sameFirst = kept && draft.first === firstDay(kept.start, zone);
  const sameLast = kept && draft.last === lastDay(kept.end, zone);
  return {
    ...terms,
    ...(id ? { id } : {}),
    name: draft.name.trim(),
    type: draft.type,
    goal: { ...kept?.goal, unit: draft.unit, quantity: draft.quantity ?? 0 },
    rate: { model: draft.model, amount: draft.amount ?? 0, currency },
    start: sameFirst ? kept.start : startOfDay(draft.first ?? '', zone),
    end: sameLast ? kept.end : startOfDay(addDays(draft.last ?? '', 1), zone),
    placements: draft.placements,
    targeting: draft.targeting,
  };
}

/** Takes over what a package sells: its placements under its price. */
export const withPackage = (draft: DraftLine, chosen: Package): DraftLine => ({
  ...draft,
  name: draft.name || chosen.name,
  package_id: chosen.id,
  placements: chosen.items.map(({ placement_id }) => placement_id),
  model: chosen.model,
  amount: chosen.amount,
});

export const daysOfLine = ({ first, last }: Pick<DraftLine, 'first' | 'last'>): number =>
  first && last ? Math.max(0, Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1) : 0;

/** Goal × rate; null where only delivery tells, or not everything is typed yet. */
export const amountOf = (draft: DraftLine, currency: string): Money | null =>
  draft.amount === null || draft.quantity === null
    ? null
    : bookedAmount({
        goal: { unit: draft.unit, quantity: draft.quantity },
        rate: { model: draft.model, amount: draft.amount, currency },
        days: daysOfLine(draft),
      });

/** The rate that the steps of an explained price begin with: the card's own, before seasons and discounts. */
export function listRateOf({ steps, model, days }: ExplainedPrice, { quantity, placements }: DraftLine): number | null {
  const base = steps
    .filter(({ code }) => code === 'base' || code === 'package')
    .reduce((sum, { amount }) => sum + amount, 0);
  const isPackage = steps.some(({ code }) => code === 'package');
  const units = model === 'flat' ? 1 : model === 'cpd' ? days * (isPackage ? 1 : placements.length) : (quantity ?? 0);
  if (units === 0) return null;
  return Math.round((base * (model === 'cpm' || model === 'vcpm' ? 1000 : 1)) / units);
}
