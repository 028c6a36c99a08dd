/** Where a hit comes from: its campaign tags first, then its click id, then its referrer. */
import { type Campaign, campaignOf } from './campaign.ts';
import { channelOf } from './channel.ts';
import { referralOf, sourceWritten } from './referral.ts';

export type Acquisition = {
  channel: string;
  source: string;
  search_term: string;
  referrer: string;
  campaign: Campaign;
};

/**
 * Classifies a landing. `query` is that of the landing address, `host` its host, `referrer` an address or empty.
 * A tagged source wins over the referrer; the words of a search are kept even then.
 */
export function acquisitionOf({
  host,
  query,
  referrer,
}: {
  host: string;
  query: string;
  referrer: string;
}): Acquisition {
  const { campaign, click } = campaignOf(query);
  const referral = referralOf(referrer, host);

  let { source, kind } = referral;
  if (campaign.source !== '') ({ source, kind } = sourceWritten(campaign.source));
  else if (click && (kind === 'none' || click.paid)) ({ source, kind } = sourceWritten(click.platform));

  const channel = channelOf({ source, kind, campaign, click });
  if (channel === 'Direct') source = '';
  return { channel, source, search_term: referral.search_term, referrer: referral.referrer, campaign };
}
