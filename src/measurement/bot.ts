/**
 * Whether a request comes from a person's browser, and if not from whom. The verdict is isbot's (a maintained list of what
 * crawlers call themselves), plus every program that does not claim to be a browser; names and purposes are those of
 * crawler-user-agents.
 */
import crawlers from 'crawler-user-agents';
import { isbot } from 'isbot';
import type { Bot } from './contract.ts';

const categories: Readonly<Record<string, Bot['category']>> = {
  'search-engine': 'search',
  'ai-crawler': 'ai',
  'social-preview': 'social',
  monitoring: 'monitor',
  seo: 'seo',
  'feed-reader': 'feed',
  'http-library': 'library',
};

/** Where the list is silent, the words in the name tell the purpose. */
const hints: readonly [RegExp, Bot['category']][] = [
  [/feed|rss|reader|atom|planet|podcast/i, 'feed'],
  [/curl|wget|python|java|perl|ruby|php|go-http|okhttp|axios|node|libwww|httpclient|http_|guzzle|lwp|scrapy|aria2|cfnetwork|dalvik/i, 'library'],
  [/monitor|uptime|pingdom|nagios|check|statuscake/i, 'monitor'],
  [/gpt|claude|anthropic|openai|perplexity|llm|\bai\b/i, 'ai'],
  [/facebook|twitter|linkedin|slack|discord|telegram|whatsapp|pinterest/i, 'social'],
  [/search|google|bing|yandex|baidu|yahoo|slurp/i, 'search'],
  [/seo|ahrefs|semrush|majestic|moz/i, 'seo'],
];

type Known = { pattern: RegExp; category: Bot['category'] };
const known: Known[] = crawlers.map(({ pattern, tags }) => ({
  pattern: new RegExp(pattern),
  category: tags?.map((tag) => categories[tag]).find((category) => category !== undefined) ?? 'other',
}));

/** Browsers and phones that never took Mozilla's name. */
const otherBrowsers =
  /^(?:Opera|Lynx|Links|ELinks|w3m|Dillo|NetSurf|UCWEB|Nokia|BlackBerry|SAMSUNG|SonyEricsson|SIE-|LG[-/]|MOT-|Mobile\b|NetFront|KDDI|DoCoMo)/i;

/** What the user agent says of a machine; null for a person's browser. An empty one is a machine's. */
export function botOf(userAgent: string): Bot | null {
  const agent = userAgent.trim().slice(0, 1024);
  if (agent === '' || agent === '-') return { name: 'No user agent', category: 'other' };
  if (!isbot(agent) && looksLikeBrowser(agent)) return null;

  for (const { pattern, category } of known) {
    const [match] = pattern.exec(agent) ?? [];
    if (match) return { name: nameIn(agent, match), category };
  }
  const name = nameIn(agent, '');
  return { name, category: hints.find(([pattern]) => pattern.test(agent))?.[1] ?? 'other' };
}

/** A browser says `Mozilla/` and then which system or engine it runs on. */
const looksLikeBrowser = (agent: string) =>
  /^Mozilla\/\d.*[(;]/.test(agent) ? !/^Mozilla\/\d[\d.]* \(compatible; ?(?!MSIE|Konqueror|ABrowse|iCab|Windows)/.test(agent) : otherBrowsers.test(agent);

/**
 * The machine's name: the product token around what the list matched; else the name after `compatible;`; else the first
 * product. 80 characters at most.
 */
function nameIn(agent: string, match: string): string {
  const at = match === '' ? -1 : agent.indexOf(match);
  const around = at < 0 ? '' : (/[\w.!-]*$/.exec(agent.slice(0, at))?.[0] ?? '') + match + (/^[\w!-]*/.exec(agent.slice(at + match.length))?.[0] ?? '');
  const found =
    around ||
    /compatible; ?([^;/)+]+)/.exec(agent)?.[1] ||
    /([\w.-]*(?:bot|crawler|spider|fetcher|feed|reader)[\w.-]*)/i.exec(agent)?.[1] ||
    (/^[^/(;]+/.exec(agent)?.[0] ?? agent);
  const name = found.replace(/[/\s]v?\d[\w.]*.*$/, '').replace(/[/;:,\s(+]+$/, '').trim();
  return (name || agent).slice(0, 80);
}

/** A page fetched ahead of being asked for, by what the browser says (Sec-Purpose, Purpose, X-Purpose, X-Moz). */
export function isPrefetch(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) => {
    const value = headers[name];
    return typeof value === 'string' && /prefetch|preview|prerender/i.test(value);
  });
}
