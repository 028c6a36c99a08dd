/** What the lists of `data/` lack: the names people write in `utm_source`, and hosts of videos, shops and mailboxes. */

/** The kind of place a visit comes from. */
export type SourceKind = 'search' | 'ai' | 'social' | 'video' | 'shopping' | 'email' | 'website' | 'none';

/** `utm_source` as people write it (lower case) → the name under which the source is reported. */
export const writtenNames: Readonly<Record<string, string>> = {
  adwords: 'Google',
  'google-ads': 'Google',
  'google ads': 'Google',
  googleads: 'Google',
  google_ads: 'Google',
  'bing-ads': 'Bing',
  bingads: 'Bing',
  ddg: 'DuckDuckGo',
  fb: 'Facebook',
  'facebook-ads': 'Facebook',
  facebook_ads: 'Facebook',
  facebookads: 'Facebook',
  meta: 'Facebook',
  ig: 'Instagram',
  insta: 'Instagram',
  tw: 'Twitter',
  x: 'Twitter',
  li: 'LinkedIn',
  yt: 'YouTube',
  tt: 'TikTok',
  vk: 'Vkontakte',
  hn: 'Hacker News',
  openai: 'ChatGPT',
  'google-shopping': 'Google Shopping',
};

/** Names of search engines whose visits are those of a shop. */
export const shoppingEngines: ReadonlySet<string> = new Set(['Google Shopping', 'Yahoo! Shopping', 'Bing Shopping']);

/** Social networks (by name) that GA4 counts as video platforms. */
export const videoNetworks: ReadonlySet<string> = new Set(['YouTube', 'Vimeo', 'Twitcast', 'Niconico', 'bilibili']);

/** Further hosts; a subdomain counts as its parent. */
export const furtherHosts: Readonly<Record<string, { name: string; kind: SourceKind }>> = {
  'wa.me': { name: 'WhatsApp', kind: 'social' },
  'whatsapp.com': { name: 'WhatsApp', kind: 'social' },
  'com.whatsapp': { name: 'WhatsApp', kind: 'social' },
  'messenger.com': { name: 'Messenger', kind: 'social' },
  'com.facebook.katana': { name: 'Facebook', kind: 'social' },
  'com.instagram.android': { name: 'Instagram', kind: 'social' },
  'com.linkedin.android': { name: 'LinkedIn', kind: 'social' },
  'com.reddit.frontpage': { name: 'reddit', kind: 'social' },
  'lnkd.in': { name: 'LinkedIn', kind: 'social' },
  'quora.com': { name: 'Quora', kind: 'social' },
  'slack.com': { name: 'Slack', kind: 'social' },
  'mastodon.online': { name: 'Mastodon', kind: 'social' },
  'twitch.tv': { name: 'Twitch', kind: 'video' },
  'dailymotion.com': { name: 'Dailymotion', kind: 'video' },
  'dai.ly': { name: 'Dailymotion', kind: 'video' },
  'netflix.com': { name: 'Netflix', kind: 'video' },
  'disneyplus.com': { name: 'Disney+', kind: 'video' },
  'amazon.com': { name: 'Amazon', kind: 'shopping' },
  'amazon.fr': { name: 'Amazon', kind: 'shopping' },
  'amazon.de': { name: 'Amazon', kind: 'shopping' },
  'amazon.co.uk': { name: 'Amazon', kind: 'shopping' },
  'amazon.es': { name: 'Amazon', kind: 'shopping' },
  'amazon.it': { name: 'Amazon', kind: 'shopping' },
  'ebay.com': { name: 'eBay', kind: 'shopping' },
  'ebay.fr': { name: 'eBay', kind: 'shopping' },
  'ebay.de': { name: 'eBay', kind: 'shopping' },
  'ebay.co.uk': { name: 'eBay', kind: 'shopping' },
  'etsy.com': { name: 'Etsy', kind: 'shopping' },
  'alibaba.com': { name: 'Alibaba', kind: 'shopping' },
  'aliexpress.com': { name: 'AliExpress', kind: 'shopping' },
  'walmart.com': { name: 'Walmart', kind: 'shopping' },
  'shopping.google.com': { name: 'Google Shopping', kind: 'shopping' },
  'cdiscount.com': { name: 'Cdiscount', kind: 'shopping' },
  'leboncoin.fr': { name: 'Leboncoin', kind: 'shopping' },
  'mail.google.com': { name: 'Gmail', kind: 'email' },
  'com.google.android.gm': { name: 'Gmail', kind: 'email' },
  'outlook.live.com': { name: 'Outlook', kind: 'email' },
  'outlook.office.com': { name: 'Outlook', kind: 'email' },
  'outlook.office365.com': { name: 'Outlook', kind: 'email' },
  'mail.yahoo.com': { name: 'Yahoo! Mail', kind: 'email' },
  'mail.proton.me': { name: 'Proton Mail', kind: 'email' },
  'mail.orange.fr': { name: 'Orange Mail', kind: 'email' },
  'messagerie.orange.fr': { name: 'Orange Mail', kind: 'email' },
  'webmail.free.fr': { name: 'Free Mail', kind: 'email' },
  'zimbra.free.fr': { name: 'Free Mail', kind: 'email' },
  'mail.laposte.net': { name: 'La Poste Mail', kind: 'email' },
  'webmail.laposte.net': { name: 'La Poste Mail', kind: 'email' },
};
