/** Rows of `ad_events` and `ad_requests` as journal lines. */
import type { BookCreative, BookLine, InvalidReason } from './contract.ts';
import type { DecisionCount } from './decision-counts.ts';
import type { LoadedBook } from './load-book.ts';
import { stamp } from './local-time.ts';
import { type AdEventKind, type SideEventKind, spendMicros } from './price.ts';
import { type Claim, decisionIdText } from './token.ts';

const json = JSON.stringify;

export type AdEvent = {
  kind: AdEventKind | SideEventKind;
  claim: Claim;
  at: number;
  invalid: InvalidReason | '';
  /** Error code of a player, price or loss reason of an auction. */
  detail?: string;
};

/** The line of an event, or undefined when nothing of its decision is known any more. */
export function adEventLine(
  { linesByName, creativesByName, placementsByName }: LoadedBook,
  event: AdEvent,
): string | undefined {
  const { kind, claim, at, invalid, detail } = event;
  const line = linesByName.get(claim.line)?.line;
  const creative = creativesByName.get(claim.creative);
  const placement = placementsByName.get(claim.placement);
  if (!line || !placement) return undefined;
  const { site, zone } = placement.site;
  const section = claim.section || (placement.placement.section_id ?? '');
  const spend = invalid === '' ? spendMicros(line.rate, kind) : 0;
  return (
    `{"t":"ad_events","r":{${columnsOfLine(line)}${creative ? columnsOfCreative(creative) : ''}${columnsOfAgent(claim.agent)},` +
    `"site_id":${json(site.id)},"at":"${stamp(at)}","local_time":"${stamp(at + zone.offset(at), false)}","kind":"${kind}",` +
    `"decision_id":"${decisionIdText(claim.decided, claim.id)}","placement_id":${json(placement.placement.id)},` +
    `"section_id":${json(section)},"country":${json(claim.country)},"path":${json(claim.path)},` +
    `"visitor":"${claim.visitor ?? 0}","spend_micros":"${spend}","invalid":"${invalid}"${detail ? `,"detail":${json(detail)}` : ''}}}`
  );
}

/** The columns that never change with the event, written once for a line item or creative of a book. */
function remembered<T extends object>(write: (of: T) => string): (of: T) => string {
  const known = new WeakMap<T, string>();
  return (of) => {
    let text = known.get(of);
    if (text === undefined) known.set(of, (text = write(of)));
    return text;
  };
}

const columnsOfLine = remembered(
  ({ org_id, side, advertiser_id, order_id, id, rate }: BookLine) =>
    `"org_id":${json(org_id)},"side":"${side}","advertiser_id":${json(advertiser_id)},"order_id":${json(order_id)},` +
    `"line_item_id":${json(id)},"currency":${json(rate.currency)}`,
);

const columnsOfCreative = remembered(({ id, kind, width, height }: BookCreative) => {
  const size = width && height ? `${width}x${height}` : kind;
  return `,"creative_id":${json(id)},"size":${json(size)}`;
});

/** Device, browser and operating system; those that are unknown are left to the columns' defaults. */
function columnsOfAgent(agent: string): string {
  if (agent === lastAgent) return lastAgentColumns;
  const [device = '', browser = '', os = ''] = agent.split('\t');
  lastAgent = agent;
  lastAgentColumns = `,"device":${json(device)},"browser":${json(browser)},"os":${json(os)}`;
  return lastAgentColumns;
}
let lastAgent = '';
let lastAgentColumns = '';

export type RequestCount = {
  placement: number;
  minute: number;
  country: string;
  device: string;
  requests: number;
  filled: number;
};

export function adRequestLine({ placementsByName }: LoadedBook, count: RequestCount): string | undefined {
  const placement = placementsByName.get(count.placement);
  if (!placement) return undefined;
  const { site, zone } = placement.site;
  const at = count.minute * 60_000;
  return (
    `{"t":"ad_requests","r":{"org_id":${json(site.org_id)},"site_id":${json(site.id)},"placement_id":${json(placement.placement.id)},` +
    `"at":"${stamp(at)}","local_time":"${stamp(at + zone.offset(at), false)}","country":${json(count.country)},` +
    `"device":${json(count.device)},"requests":${count.requests},"filled":${count.filled}}}`
  );
}

export function adDecisionLine(
  { placementsByName, linesByName }: LoadedBook,
  count: DecisionCount,
): string | undefined {
  const placement = placementsByName.get(count.placement);
  const line = linesByName.get(count.line)?.line;
  if (!placement || !line) return undefined;
  const { site, zone } = placement.site;
  const at = count.minute * 60_000;
  return (
    `{"t":"ad_decisions","r":{"org_id":${json(site.org_id)},"site_id":${json(site.id)},"placement_id":${json(placement.placement.id)},` +
    `"line_item_id":${json(line.id)},"at":"${stamp(at)}","local_time":"${stamp(at + zone.offset(at), false)}","decisions":${count.decisions}}}`
  );
}
