/**
 * Channels by the rules of GA4's default channel group (support.google.com/analytics/answer/9756891) in their order, with AI
 * assistants before organic search. The first rule that holds names the channel; `furtherRules` place what GA4 does not.
 */
import type { Campaign, ClickId } from './campaign.ts';
import type { SourceKind } from './source-names.ts';

export type ChannelFacts = { source: string; kind: SourceKind; campaign: Campaign; click: ClickId | undefined };

const paid = /^(?:.*cp.*|ppc|retargeting|paid.*)$/;
const shopping = /^(?:.*(?:(?:[^a-df-z]|^)shop|shopping).*)$/;
const email = /^e[-_ ]?mail$/;
const letters = /e[-_ ]?mail|newsletter/;
const displayMedia = new Set(['display', 'banner', 'expandable', 'interstitial', 'cpm']);
const socialMedia = new Set(['social', 'social-network', 'social-media', 'sm', 'social network', 'social media']);
const referrals = new Set(['referral', 'app', 'link']);

/** What links say of a visit that came from nowhere. */
const directSources = new Set(['(direct)', 'direct']);
const noMedia = new Set(['', '(none)', 'none', '(not set)']);

type Rule = (facts: ChannelFacts & { medium: string; name: string; written: string; isPaid: boolean }) => boolean;

const rules = {
  Direct: ({ medium, written, name }) => directSources.has(written) && noMedia.has(medium) && name === '',
  'Cross-network': ({ name }) => name.includes('cross-network'),
  'Paid Shopping': ({ kind, name, isPaid }) => isPaid && (kind === 'shopping' || shopping.test(name)),
  'Paid Search': ({ kind, click, isPaid }) => kind === 'search' && (isPaid || isPaidClick(click)),
  'Paid Social': ({ kind, click, isPaid }) => kind === 'social' && (isPaid || isPaidClick(click)),
  'Paid Video': ({ kind, isPaid }) => kind === 'video' && isPaid,
  Display: ({ medium, click }) => displayMedia.has(medium) || (medium === '' && click?.medium === 'display'),
  'Paid Other': ({ isPaid, medium, click }) => isPaid || (medium === '' && isPaidClick(click)),
  'Organic Shopping': ({ kind, name }) => kind === 'shopping' || shopping.test(name),
  'Organic Social': ({ kind, medium }) => kind === 'social' || socialMedia.has(medium),
  'Organic Video': ({ kind, medium }) => kind === 'video' || medium.includes('video'),
  'AI Assistants': ({ kind, medium }) => kind === 'ai' || medium === 'ai-assistant',
  'Organic Search': ({ kind, medium }) => kind === 'search' || medium === 'organic',
  Email: ({ kind, medium, written }) => kind === 'email' || email.test(medium) || email.test(written),
  Affiliates: ({ medium }) => medium === 'affiliate',
  Referral: ({ medium }) => referrals.has(medium),
  Audio: ({ medium }) => medium === 'audio',
  SMS: ({ medium, written }) => medium === 'sms' || written === 'sms',
  'Mobile Push Notifications': ({ medium, written }) =>
    medium.endsWith('push') || medium.includes('mobile') || medium.includes('notification') || written === 'firebase',
} satisfies Record<string, Rule>;

/** What Google Analytics leaves unassigned: the words and click ids by which people mean a channel, then whatever has a source. */
const furtherRules: readonly [Channel, Rule][] = [
  ['Email', ({ medium, written, click }) => letters.test(medium) || letters.test(written) || click?.medium === 'email'],
  ['Affiliates', ({ medium, click }) => medium.startsWith('affiliat') || click?.medium === 'affiliate'],
  ['Referral', ({ source }) => source !== ''],
];

export type Channel = keyof typeof rules;
// The keys of an object keep the order in which they are written.
const ordered: readonly (readonly [string, Rule])[] = [...Object.entries(rules), ...furtherRules];

const isPaidClick = (click: ClickId | undefined) => click?.paid === true && click.medium === undefined;

/** The channel of a visit's first hit. */
export function channelOf(facts: ChannelFacts): string {
  const medium = facts.campaign.medium.toLowerCase();
  const known = {
    ...facts,
    medium,
    name: facts.campaign.name.toLowerCase(),
    written: facts.campaign.source.toLowerCase(),
    isPaid: paid.test(medium),
  };
  return ordered.find(([, holds]) => holds(known))?.[0] ?? 'Direct';
}
