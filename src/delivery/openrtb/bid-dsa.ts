/** DSA transparency (Regulation (EU) 2022/2065, article 26) as the IAB's extension of OpenRTB carries it. */
import type { BookLine } from '../contract.ts';
import { targetingKeys } from '../transparency.ts';
import type { BidRequest } from './bid-request.ts';

/** Characters. */
const most = 100;

/** Undefined where the request does not speak of the DSA. Our markup shows the label, unless the publisher says that it does. */
export function bidDsa(
  { regs }: BidRequest,
  { line, payer, domain }: { line: BookLine; payer: string; domain: string | undefined },
) {
  const asked = regs?.ext?.dsa;
  if (!asked) return undefined;
  // User parameters: 1 profiling, 2 basic advertising, 3 precise geolocation.
  const dsaparams = targetingKeys(line).includes('segment') ? [1, 2] : [2];
  return {
    behalf: line.advertiser.slice(0, most),
    paid: payer.slice(0, most),
    ...(domain !== undefined && (asked.datatopub ?? 0) > 0 ? { transparency: [{ domain, dsaparams }] } : {}),
    adrender: asked.pubrender === 2 ? 0 : 1,
  };
}
