/** Campaign tags of a landing address: UTM, Matomo's `mtm_`, `pk_`, `piwik_`, `matomo_`, and the ad platforms' click ids. */

export type Campaign = { source: string; medium: string; name: string; content: string; term: string };

/** The ad platform whose click id the address carries, and what the id says about who paid. */
export type ClickId = { platform: string; paid: boolean; display?: boolean };

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
  dclid: { platform: 'Google', paid: true, display: true },
  msclkid: { platform: 'Bing', paid: true },
  yclid: { platform: 'Yandex', paid: true },
  ttclid: { platform: 'TikTok', paid: true },
  twclid: { platform: 'Twitter', paid: true },
  li_fat_id: { platform: 'LinkedIn', paid: true },
  rdt_cid: { platform: 'reddit', paid: true },
  sccid: { platform: 'Snapchat', paid: true },
  qclid: { platform: 'Quora', paid: true },
  tblci: { platform: 'Taboola', paid: true },
  epik: { platform: 'Pinterest', paid: true },
  fbclid: { platform: 'Facebook', paid: false },
  igshid: { platform: 'Instagram', paid: false },
  igsh: { platform: 'Instagram', paid: false },
};

const longest = 200;

/** Reads the query (`?a=b` or `a=b`) of a landing address. Values are trimmed and cut at 200 characters. */
export function campaignOf(query: string): { campaign: Campaign; click: ClickId | undefined } {
  if (query.length < 3 || !/_|clid|clkid|epik|sccid|igsh|braid|tblci/i.test(query))
    return { campaign: noCampaign, click: undefined };

  const campaign = { ...noCampaign };
  let click: ClickId | undefined;
  for (const [key, value] of new URLSearchParams(query)) {
    const name = key.toLowerCase();
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field && (campaign[field] === '' || name.startsWith('utm_'))) campaign[field] = value.trim().slice(0, longest);
    if (!click?.paid && value !== '' && Object.hasOwn(clickIds, name)) click = clickIds[name];
  }
  return { campaign, click };
}
