/**
 * Whether a request comes from a person's browser, and if not from whom. The verdict is isbot's (a maintained list of what
 * crawlers call themselves), plus every program that does not claim to be a browser; names and purposes are those of
 * crawler-user-agents.
 */
import crawlers from 'crawler-user-agents';
import { isbotMatch } from 'isbot';
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
  [
    /curl|wget|python|java|perl|ruby|php|go-http|okhttp|axios|libwww|httpclient|http_|postman|insomnia|guzzle|lwp|scrapy|aria2|cfnetwork|dalvik/i,
    'library',
  ],
  [/monitor|uptime|pingdom|nagios|check|statuscake/i, 'monitor'],
  [/gpt|claude|anthropic|openai|perplexity|mistral|llm|\bai\b/i, 'ai'],
  [/facebook|twitter|linkedin|slack|discord|telegram|whatsapp|pinterest/i, 'social'],
  [/search|google|bing|yandex|baidu|yahoo|slurp/i, 'search'],
  [/seo|ahrefs|semrush|majestic/i, 'seo'],
];

/** Names whose purpose the list leaves out or takes for another: those who gather pages for AI count as such, whoever they belong to. */
const purposes: readonly [RegExp, Bot['category']][] = [
  [
    /^(?:DuckAssistBot|YouBot|Amazonbot|Google-CloudVertexBot|Google-Extended|meta-external\w+|Diffbot|ImagesiftBot|Timpibot|omgili(?:bot)?|Webzio\S*|xAI\S*|Grok\S*|PanguBot|Kangaroo Bot|GoogleAgent-\w+|Manus-User|AmazonBuyForMe|Nova ?Act|iAskBot|IbouBot|QualifiedBot|Google-(?:NotebookLM|Firebase|Agent)|MistralAI-User|Devin|AI2Bot\S*|Ai2Bot\S*|FirecrawlAgent|ICC-Crawler|SBIntuitionsBot|TikTokSpider|Cotoyogi)$/i,
    'ai',
  ],
  [/^(?:Bluesky\b.*|Mastodon|Pleroma|Misskey|Akkoma|Lemmy|Iframely|Embedly)$/i, 'social'],
  [
    /^(?:Datadog\b.*|kube-probe|GoogleHC|GTmetrix|Miniature\.io|YLT|ELB-HealthChecker|HetrixTools.*|Prometheus|Blackbox.*|checkly.*|Ghost Inspector|Cloudflare-SSLDetector|W3C[_-]?\S*|Nimbostratus-Bot|LastModBot|WARDBot|AhrefsSiteAudit|contentkingapp|Netcraft.*)$/i,
    'monitor',
  ],
  [/^(?:VoilaBot|MsnBot\S*|yoozBot\S*|vuhuvBot|PriEcoBot|TinEye\S*|OWLer\S*|LinkpadBot)$/i, 'search'],
  [
    /^(?:newsboat|NetNewsWire|Thunderbird|Overcast|AntennaPod|gPodder|NewsBlur.*|WireReaderBot|Gwene|FlipboardProxy)$/i,
    'feed',
  ],
  [
    /^(?:rest-client|node|undici|Deno|Bun|reqwest|Faraday|WordPress|hackney|Typhoeus|RestSharp|Dart|fasthttp|colly|HTTPie|xh|ureq|jsdom|PowerShell.*|WindowsPowerShell)$/i,
    'library',
  ],
];

/** Machines that pass for a browser but for one word. */
const tells = /\b(?:GTmetrix|Miniature\.io|YLT|Puppeteer|Playwright|Selenium|webdriver)\b/i;

type Known = { pattern: RegExp; category: Bot['category'] };
const known: Known[] = crawlers.map((entry) => ({
  pattern: new RegExp(entry.pattern),
  category:
    tagsOf(entry)
      .map((tag) => categories[tag])
      .find((category) => category !== undefined) ?? 'other',
}));

/** The list's types leave its tags out. */
function tagsOf(entry: object): string[] {
  return 'tags' in entry && Array.isArray(entry.tags) ? entry.tags.map(String) : [];
}

/** Words of people's apps, extensions and devices that the list takes for a machine's. */
const innocent =
  /\bProcess\/tools\b|\bGoogle ?TV\b|\bGoogleT5\b|\bchromeframe\b|\bFirePHP\/[\d.]+|\bAnalysysAgent\/\w+|\(Google WAP Proxy\/[\d.]+\)|\bJava\/ASVM|\bJavaFX\/\d+|\(via translate\.google\.com\)|\bStumbleUpon(?:\.com)?\b|\bFeedreader\b(?=\))|\bStoreKitUIService\b/gi;

/** Browsers and phones that never took Mozilla's name. */
const oldPhones =
  /Profile\/MIDP|\bUP\.Browser\/|\bUCWEB|\bUCBrowser\/|\bObigo|\bNetFront\/|\bOpenwave\/|\bOpera M(?:ini|obi)\/|\bBrowser\/WAP|\bCLDC-1/;
const otherBrowsers =
  /^(?:Opera|Roku|HbbTV|Lynx|Links|ELinks|w3m|Dillo|NetSurf|Midori|UCWEB|Nokia|BlackBerry|SAMSUNG|SonyEricsson|SIE-|LG[-/]|MOT-|Mobile\b|NetFront|KDDI|DoCoMo|SoftBank|Vodafone|J-PHONE|HUAWEI|ZTE|Lenovo|ALCATEL|Pantech|Sanyo|SHARP|Toshiba|Spice|Philips|Panasonic|SAGEM|HTC|Coolpad|acer_|Micromax|UCBrowser|JUC\b|IUC\b|M?QQBrowser|Dolphin|OneBrowser|iBrowser|Bunjalloo|NCSA[_ ]Mosaic|Galeon|iCab|IBrowse|Amiga|Firefox\/)/i;

/** What the user agent says of a machine; null for a person's browser. An empty one is a machine's. */
export function botOf(userAgent: string): Bot | null {
  const agent = userAgent.trim().slice(0, 1024);
  if (agent === '' || agent === '-') return { name: 'No user agent', category: 'other' };
  const flagged = isbotMatch(agent.replace(innocent, '')) ?? tells.exec(agent)?.[0] ?? null;
  if (flagged === null && looksLikeBrowser(agent)) return null;

  const listed = known.find(({ pattern }) => pattern.test(agent));
  const name = nameIn(agent, listed?.pattern.exec(agent)?.[0] ?? flagged ?? '');
  return {
    name,
    category:
      purposes.find(([pattern]) => pattern.test(name))?.[1] ??
      listed?.category ??
      hints.find(([pattern]) => pattern.test(name))?.[1] ??
      (/CFNetwork|Dalvik/.test(agent) ? 'library' : 'other'),
  };
}

/** A browser says `Mozilla/`, then which system it runs on; behind `compatible;` only browsers of old say their name. */
const looksLikeBrowser = (agent: string) =>
  /^Mozilla\/\d[^(]*\(\S/.test(agent)
    ? !/^Mozilla\/\d[\d.]* \(compatible; *(?! |MSIE|Konqueror|ABrowse|iCab|Windows)/.test(agent)
    : otherBrowsers.test(agent) || oldPhones.test(agent);

/**
 * The machine's name, 80 characters at most: what stands behind `compatible;`, else the product token around what the
 * lists matched, else the first product.
 */
function nameIn(agent: string, match: string): string {
  const said = /compatible; *([^;/)+ ][^;/)+]*)/.exec(agent)?.[1];
  const found =
    (said && !/^(?:Mozilla|MSIE|Windows|Linux|Konqueror)/.test(said) ? said : undefined) ?? tokenAround(agent, match);
  const first = /^[^/(;]+/.exec(agent)?.[0];
  const bare = (found ?? (first === 'Mozilla' || first === undefined ? match : first)) || agent;
  const name = bare
    .replace(/[/ ]v?\d[\w.]*.*$/, '')
    .replace(/_(?:bot_)?version_\d.*$/, '')
    .replace(/[^\w)!]+$/, '')
    .trim();
  return (name || agent).slice(0, 80);
}

/** The whole word that holds the match, unless it is part of an address. */
function tokenAround(agent: string, match: string): string | undefined {
  const at = match === '' ? -1 : agent.indexOf(match);
  if (at < 0 || /^https?\b/i.test(match)) return undefined;
  const before = /\S*$/.exec(agent.slice(0, at))?.[0] ?? '';
  if (/:\/\/|www\.|@|^\+/.test(before + match)) return undefined;
  const head = /[\w.!-]*$/.exec(before)?.[0] ?? '';
  const tail = /^[\w!.-]*/.exec(agent.slice(at + match.length))?.[0] ?? '';
  const token = head + match.replace(/[/(].*$/, '') + (/[/(]/.test(match) ? '' : tail);
  return token.startsWith('Mozilla') ? undefined : token;
}

/** A page fetched ahead of being asked for, by what the browser says (Sec-Purpose, Purpose, X-Purpose, X-Moz). */
export function isPrefetch(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  return prefetchHeaders.some((name) => {
    const value = headers[name];
    return typeof value === 'string' && /prefetch|preview|prerender/i.test(value);
  });
}

const prefetchHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
