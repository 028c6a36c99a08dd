/** Campaign tags of a landing address: UTM, Matomo's `mtm_`, `pk_`, `piwik_`, `matomo_`, and the ad platforms' click ids. */

import { percentDecoded } from './percent-decoded.ts';

export type Campaign = { source: string; medium: string; name: string; content: string; term: string };

/** The ad platform whose click id the address carries, and what the id says about who paid. */
export type ClickId = { platform: string; paid: boolean; medium?: 'display' | 'affiliate' | 'email' };

export const noCampaign: Campaign = { source: '', medium: '', name: '', content: '', term: '' };

/** Parameter → field. A UTM parameter wins over Matomo's of the same field. */
const fields: Readonly<Record<string, keyof Campaign>> = {
  utm_source: 'source',
  utm_medium: 'medium',
  utm_campaign: 'name',
  utm_content: 'content',
  utm_term: 'term',
  ...matomo('source', 'source'),
  ...matomo('medium', 'medium'),
  ...matomo('campaign', 'name'),
  ...matomo('cpn', 'name'),
  ...matomo('content', 'content'),
  ...matomo('kwd', 'term'),
  ...matomo('keyword', 'term'),
};

function matomo(name: string, field: keyof Campaign): Record<string, keyof Campaign> {
  return Object.fromEntries(['mtm', 'matomo', 'pk', 'piwik'].map((prefix) => [`${prefix}_${name}`, field]));
}

/**
 * Click ids. `fbclid` and `igshid` say where from but not that the click was paid: Facebook and Instagram add them to
 * every link that leaves.
 */
const clickIds: Readonly<Record<string, ClickId>> = {
  gclid: { platform: 'Google', paid: true },
  gbraid: { platform: 'Google', paid: true },
  wbraid: { platform: 'Google', paid: true },
  gad_source: { platform: 'Google', paid: true },
  gad_campaignid: { platform: 'Google', paid: true },
  dclid: { platform: 'Google', paid: true, medium: 'display' },
  msclkid: { platform: 'Bing', paid: true },
  yclid: { platform: 'Yandex', paid: true },
  ttclid: { platform: 'TikTok', paid: true },
  twclid: { platform: 'Twitter', paid: true },
  li_fat_id: { platform: 'LinkedIn', paid: true },
  rdt_cid: { platform: 'reddit', paid: true },
  sccid: { platform: 'Snapchat', paid: true },
  scclid: { platform: 'Snapchat', paid: true },
  qclid: { platform: 'Quora', paid: true },
  tblci: { platform: 'Taboola', paid: true },
  obclid: { platform: 'Outbrain', paid: true },
  dicbo: { platform: 'Outbrain', paid: true },
  ob_click_id: { platform: 'Outbrain', paid: true },
  ndclid: { platform: 'Nextdoor', paid: true },
  vmcid: { platform: 'Yahoo!', paid: true },
  cto_pld: { platform: 'Criteo', paid: true, medium: 'display' },
  epik: { platform: 'Pinterest', paid: true },
  awc: { platform: 'Awin', paid: false, medium: 'affiliate' },
  cjevent: { platform: 'CJ', paid: false, medium: 'affiliate' },
  irclickid: { platform: 'impact.com', paid: false, medium: 'affiliate' },
  ransiteid: { platform: 'Rakuten Advertising', paid: false, medium: 'affiliate' },
  tduid: { platform: 'Tradedoubler', paid: false, medium: 'affiliate' },
  mc_cid: { platform: 'Mailchimp', paid: false, medium: 'email' },
  _hsmi: { platform: 'HubSpot', paid: false, medium: 'email' },
  mkt_tok: { platform: 'Marketo', paid: false, medium: 'email' },
  _kx: { platform: 'Klaviyo', paid: false, medium: 'email' },
  srsltid: { platform: 'Google', paid: false },
  ysclid: { platform: 'Yandex', paid: false },
  fbclid: { platform: 'Facebook', paid: false },
  igshid: { platform: 'Instagram', paid: false },
  igsh: { platform: 'Instagram', paid: false },
};

const longest = 200;

/** Reads the query (`?a=b` or `a=b`) of a landing address. Values are trimmed and cut at 200 characters. */
export function campaignOf(query: string): { campaign: Campaign; click: ClickId | undefined } {
  if (
    query.length < 3 ||
    !/_|%5f|clid|clkid|sccid|srsltid|epik|igsh|braid|tblci|awc|cjevent|clickid|siteid|tduid|dicbo/i.test(query)
  )
    return { campaign: noCampaign, click: undefined };

  const campaign = { ...noCampaign };
  let click: ClickId | undefined;
  for (const [key, written] of pairsOf(query)) {
    const name = key.toLowerCase();
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field) {
      const value = textOf(written);
      if (value !== '' && (campaign[field] === '' || name.startsWith('utm_'))) campaign[field] = value;
    }
    if (!click?.paid && written !== '' && Object.hasOwn(clickIds, name)) click = clickIds[name];
  }
  return { campaign, click };
}

/**
 * Names and values as they are written. Links are put together by hand: `&amp;` from a page's source, a second `?` where
 * a `&` belongs and an encoded name are read as they were meant.
 */
function pairsOf(query: string): [name: string, written: string][] {
  const whole = query.replace(/^[?#]+/, '').replaceAll('&amp;', '&');
  return whole.split(/&|\?(?=(?:utm|mtm|pk|piwik|matomo)_\w+=)/i).map((pair) => {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    return [percentDecoded(name), equals < 0 ? '' : pair.slice(equals + 1)];
  });
}

/** Trimmed and cut; a value that was encoded twice (`%2520`) is decoded twice. */
function textOf(written: string): string {
  const once = percentDecoded(written);
  return (/%[0-9a-f]{2}/i.test(once) ? percentDecoded(once) : once).trim().slice(0, longest);
}
