/** What Vigie would make of a hit: the same judgements as for live ones, nothing written. */
import { acquisitionOf } from './acquisition.ts';
import { agentOf } from './agent.ts';
import { pageOf } from './collect.ts';
import type { HitExplained } from './contract.ts';
import { noDevice } from './device.ts';
import type { Geo } from './geo.ts';

export type HitToExplain = {
  url: string;
  referrer?: string | undefined;
  /** Absent: nothing is said of the device, and the hit is not judged as a machine's. */
  user_agent?: string | undefined;
  ip?: string | undefined;
};

export function explainHit({ url, referrer = '', user_agent, ip }: HitToExplain, geo: Geo): HitExplained {
  const page = pageOf(url);
  const { channel, source, search_term, campaign } = acquisitionOf({ host: page.host, query: page.query, referrer });
  const agent = user_agent === undefined ? { device: noDevice, bot: null } : agentOf(user_agent);
  return {
    channel,
    source,
    search_term,
    campaign,
    device: agent.device,
    bot: agent.bot,
    country: ip === undefined ? '' : geo.countryOf(ip),
    ignored: agent.bot ? 'bot' : page.host === '' ? 'not-a-page' : null,
  };
}
