/** The published rules of Google Analytics' default channel group, written out once more as they are published, against ours. */
import { expect, test } from 'vitest';
import { acquisitionOf } from './acquisition.ts';
import { pageOf } from './collect.ts';
import { explainHit } from './explain-hit.ts';
import { ga4Sources } from './lists.ts';

const landing = (query: string, referrer = '') => acquisitionOf({ host: 'example.org', query, referrer });
const tagged = (source: string, medium: string, campaign: string) =>
  landing(`?utm_source=${encodeURIComponent(source)}&utm_medium=${medium}&utm_campaign=${campaign}`).channel;

/** Manual traffic, in the order of the page; undefined is its “Unassigned”. */
function published(source: string, medium: string, campaign: string): string | undefined {
  const isPaid = /^(.*cp.*|ppc|retargeting|paid.*)$/.test(medium);
  const isShopCampaign = /^(.*(([^a-df-z]|^)shop|shopping).*)$/.test(campaign);
  const isIn = (kind: keyof typeof ga4Sources) => ga4Sources[kind].includes(source);
  if (source === '(direct)' && (medium === '(not set)' || medium === '(none)') && campaign === '') return 'Direct';
  if (campaign.includes('cross-network')) return 'Cross-network';
  if ((isIn('shopping') || isShopCampaign) && isPaid) return 'Paid Shopping';
  if (isIn('search') && isPaid) return 'Paid Search';
  if (isIn('social') && isPaid) return 'Paid Social';
  if (isIn('video') && isPaid) return 'Paid Video';
  if (['display', 'banner', 'expandable', 'interstitial', 'cpm'].includes(medium)) return 'Display';
  if (isPaid) return 'Paid Other';
  if (isIn('shopping') || isShopCampaign) return 'Organic Shopping';
  if (isIn('social')) return 'Organic Social';
  if (['social', 'social-network', 'social-media', 'sm', 'social network', 'social media'].includes(medium))
    return 'Organic Social';
  if (isIn('video') || /^(.*video.*)$/.test(medium)) return 'Organic Video';
  if (medium === 'ai-assistant') return 'AI Assistants';
  if (isIn('search') || medium === 'organic') return 'Organic Search';
  if ([source, medium].some((word) => /^(email|e-mail|e_mail|e mail)$/.test(word))) return 'Email';
  if (medium === 'affiliate') return 'Affiliates';
  if (['referral', 'app', 'link'].includes(medium)) return 'Referral';
  if (medium === 'audio') return 'Audio';
  if (source === 'sms' || medium === 'sms') return 'SMS';
  if (/push$|mobile|notification/.test(medium) || source === 'firebase') return 'Mobile Push Notifications';
  return undefined;
}

const media =
  '(none) (not set) cpc cpm cpv ecpc ppc PPC retargeting paid paid_social paidsearch xcpx display banner expandable interstitial social social-network social-media sm social+network social+media video video-ad organic referral app link email e-mail e_mail e+mail newsletter affiliate affiliates audio sms push web-push pushy mobile mobile-app notification qr print podcast ai-assistant x'.split(
    ' ',
  );
const campaigns = ['', 'x', 'cross-network', 'a-cross-network-b', 'shop', 'e-shop', 'eshop', 'workshop', 'myshopping'];
const further = '(direct) email e-mail e_mail sms firebase taboola partner.example letter'.split(' ');

test('every listed source with every medium and campaign goes where the published rules say', () => {
  const sources = [...Object.values(ga4Sources).flat(), ...further];
  // Webmail of three portals, which Google Analytics has among its search engines.
  const mailboxes = ['email.seznam.cz', 'mail.rambler.ru', 'mail.yandex.ru'];
  const wrong: string[] = [];
  let told = 0;
  for (const source of sources.filter((name) => !mailboxes.includes(name)))
    for (const medium of media)
      for (const campaign of campaigns) {
        const expected = published(source, medium.toLowerCase().replaceAll('+', ' '), campaign);
        const found = tagged(source, medium, campaign);
        if (expected === undefined) {
          if (!['Email', 'Affiliates', 'Referral', 'Direct'].includes(found))
            wrong.push(`${source} ${medium}: ${found}`);
          continue;
        }
        told++;
        if (found !== expected) wrong.push(`${source} / ${medium} / ${campaign} → ${found}, not ${expected}`);
      }
  expect(told).toBeGreaterThan(100_000);
  expect(wrong.slice(0, 20)).toEqual([]);
});

test('a referrer of every listed host is of the kind of the list', () => {
  const names = {
    search: 'Organic Search',
    social: 'Organic Social',
    shopping: 'Organic Shopping',
    video: 'Organic Video',
  };
  const wrong = (Object.keys(names) as (keyof typeof names)[]).flatMap((kind) =>
    ga4Sources[kind]
      .filter((source) => /^[\w.-]+\.[a-z]{2,}$/.test(source) && !/^e?mail\./.test(source))
      .flatMap((host) => {
        const { channel } = landing('', `https://www.${host}/`);
        return channel === names[kind] ? [] : [`${host} → ${channel}`];
      }),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ['https://poe.com/chat/1', 'AI Assistants', 'Poe'],
  ['https://www.bing.com/chat', 'AI Assistants', 'Copilot'],
  ['https://m365.cloud.microsoft/', 'AI Assistants', 'Copilot'],
  ['https://chat.mistral.ai/chat', 'AI Assistants', 'Le Chat'],
  ['https://chat.deepseek.com/', 'AI Assistants', 'Deepseek'],
  ['https://grok.com/', 'AI Assistants', 'Grok'],
  ['https://huggingface.co/chat/conversation/1', 'AI Assistants', 'HuggingChat'],
  ['https://huggingface.co/models', 'Referral', 'huggingface.co'],
  ['android-app://com.openai.chatgpt/', 'AI Assistants', 'ChatGPT'],
  ['https://webmail.ovh.net/roundcube/', 'Email', 'webmail.ovh.net'],
  ['https://mail.yandex.ru/', 'Email', 'Yandex Mail'],
  ['https://e.mail.ru/messages', 'Email', 'Mail.ru'],
  ['android-app://com.reddit.frontpage/', 'Organic Social', 'reddit'],
  ['android-app://com.example.reader/', 'Referral', 'com.example.reader'],
  ['https://someone.wordpress.com/post', 'Organic Social', 'someone.wordpress.com'],
  ['https://shop.example.org/cart', 'Direct', ''],
  ['https://192.168.1.20/wiki', 'Referral', '192.168.1.20'],
  ['http://localhost:3000/', 'Referral', 'localhost'],
  ['about:blank', 'Direct', ''],
  ['not an address', 'Direct', ''],
  ['https://WWW.Example.NET./a', 'Referral', 'example.net'],
  ['https://user:secret@example.net/a?token=1#x', 'Referral', 'example.net'],
])('the referrer %s', (referrer, channel, source) => {
  expect(landing('', referrer)).toMatchObject({ channel, source });
});

test.each([
  ['gclid=1', 'Paid Search', 'Google'],
  ['gbraid=1', 'Paid Search', 'Google'],
  ['wbraid=1', 'Paid Search', 'Google'],
  ['dclid=1', 'Display', 'Google'],
  ['msclkid=1', 'Paid Search', 'Bing'],
  ['fbclid=1', 'Organic Social', 'Facebook'],
  ['ttclid=1', 'Paid Social', 'TikTok'],
  ['twclid=1', 'Paid Social', 'Twitter'],
  ['li_fat_id=1', 'Paid Social', 'LinkedIn'],
  ['rdt_cid=1', 'Paid Social', 'reddit'],
  ['yclid=1', 'Paid Search', 'Yandex'],
  ['ysclid=1', 'Organic Search', 'Yandex'],
  ['srsltid=1', 'Organic Search', 'Google'],
  ['dicbo=1', 'Paid Other', 'Outbrain'],
  ['awc=1', 'Affiliates', 'Awin'],
  ['irclickid=1', 'Affiliates', 'impact.com'],
  ['mc_cid=1', 'Email', 'Mailchimp'],
  ['gclid=', 'Direct', ''],
  ['utm_source=letter&utm_medium=email&gclid=1', 'Email', 'letter'],
  ['utm_source=letter&utm_medium=email&dclid=1', 'Email', 'letter'],
  ['fbclid=1&utm_source=fb&utm_medium=paid', 'Paid Social', 'Facebook'],
])('the click id of %s', (query, channel, source) => {
  expect(landing(`?${query}`)).toMatchObject({ channel, source });
});

test.each([
  ['utm_source=%C3%A9t%C3%A9', 'été'],
  ['utm_source=%E9t%E9', 'été'],
  ['utm_source=deux%20mots', 'deux mots'],
  ['utm_source=deux+mots', 'deux mots'],
  ['utm_source=deux%2520mots', 'deux mots'],
  ['UTM_SOURCE=Haut', 'Haut'],
  ['utm%5Fsource=code', 'code'],
  ['a=1&amp;utm_source=page', 'page'],
  ['a=1?utm_source=second', 'second'],
  ['utm_source=un&utm_source=deux', 'deux'],
  ['utm_source=', ''],
  ['utm_source', ''],
  ['utm_source=100%', '100%'],
  ['utm_source=a%26b%3Dc', 'a&b=c'],
  ['mtm_source=mat&utm_source=utm', 'utm'],
  ['pk_source=pk', 'pk'],
  ['utm_source=%F0%9F%91%8B', '👋'],
])('the tag of %s', (query, source) => {
  expect(landing(`?${query}`).campaign.source).toBe(source);
});

test('tags behind the # count, and stay out of the path', () => {
  const { campaign, channel } = explainHit(
    { url: 'https://example.org/a?b=1#utm_source=letter&utm_medium=email' },
    { countryOf: () => '' },
  );
  expect({ channel, ...campaign }).toMatchObject({ channel: 'Email', source: 'letter', medium: 'email' });
  expect(pageOf('https://example.org/a#utm_source=letter').path).toBe('/a');
  expect(pageOf('https://example.org/a#part').query).toBe('');
});
