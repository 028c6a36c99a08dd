/** Rows of `ad_events` and `ad_requests` as journal lines. */
import type { InvalidReason } from './contract.ts';
import type { LoadedBook } from './load-book.ts';
import { stamp } from './local-time.ts';
import { type AdEventKind, spendMicros } from './price.ts';
import { type Claim, decisionIdText } from './token.ts';

const json = JSON.stringify;

export type AdEvent = { kind: AdEventKind; claim: Claim; at: number; invalid: InvalidReason | '' };

/** The line of an event, or undefined when nothing of its decision is known any more. */
export function adEventLine(
  { linesByName, creativesByName, placementsByName }: LoadedBook,
  event: AdEvent,
): string | undefined {
  const { kind, claim, at, invalid } = event;
  const line = linesByName.get(claim.line)?.line;
  const creative = creativesByName.get(claim.creative);
  const placement = placementsByName.get(claim.placement);
  if (!line || !placement) return undefined;
  const { site, zone } = placement.site;
  const [device = '', browser = '', os = ''] = claim.agent.split('\t');
  const size = creative?.width && creative.height ? `${creative.width}x${creative.height}` : (creative?.kind ?? '');
  const spend = invalid === '' ? spendMicros(line.rate, kind) : 0;
  return (
    `{"t":"ad_events","r":{"org_id":${json(line.org_id)},"site_id":${json(site.id)},"at":"${stamp(at)}",` +
    `"local_time":"${stamp(at + zone.offset(at), false)}","kind":"${kind}","decision_id":"${decisionIdText(claim.decided, claim.id)}",` +
    `"side":"${line.side}","advertiser_id":${json(line.advertiser_id)},"order_id":${json(line.order_id)},"line_item_id":${json(line.id)},` +
    `"creative_id":${json(creative?.id ?? '')},"placement_id":${json(placement.placement.id)},` +
    `"section_id":${json(claim.section || (placement.placement.section_id ?? ''))},"size":"${size}","country":${json(claim.country)},` +
    `"device":${json(device)},"browser":${json(browser)},"os":${json(os)},"path":${json(claim.path)},` +
    `"visitor":"${claim.visitor ?? 0}","spend_micros":"${spend}","currency":${json(line.rate.currency)},"invalid":"${invalid}"}}`
  );
}

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
