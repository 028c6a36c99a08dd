/** How readers of the second site come: search, its own letter and campaigns, the paper and its ads. */
import type { Arrival } from './sources.ts';
import { type OutdoorSection, outdoorWords } from './outdoor-site.ts';
import { type Random, weighted } from './random.ts';

/** Stands in the addresses of the ads' landing pages for the id of the line item, which only the book knows. */
export const adLineMark = 'line-of-the-sample';

type Comer = { day: number; weekday: number; hour: number; isNew: boolean };
type Landed = Arrival & { wish: OutdoorSection };

const engines = weighted<string>([
  ['https://www.google.com/', 620],
  ['https://www.google.fr/', 60],
  ['https://duckduckgo.com/', 26],
  ['https://www.bing.com/search?q=', 70],
  ['https://www.qwant.com/?q=', 44],
  ['https://www.ecosia.org/search?q=', 48],
  ['https://fr.search.yahoo.com/search?p=', 12],
]);
const others = weighted<string>([
  ['https://www.instagram.com/', 60],
  ['https://l.facebook.com/', 42],
  ['https://courrier-des-lacs.example/montagne', 74],
  ['https://forum-montagne.example/t/neige-cols', 34],
  ['https://www.lacs-tourisme.example/agenda', 30],
  ['https://www.youtube.com/', 10],
  ['https://chatgpt.com/', 26],
  ['https://www.perplexity.ai/', 8],
  ['https://chat.mistral.ai/', 9],
]);

/** Days of the sample on which the two campaigns ran. */
export const outdoorCampaigns = {
  search: { name: 'sorties-raquettes', from: 18, until: 61 },
  social: { name: 'noel-en-raquettes', from: 30, until: 59 },
} as const;

/** One arrival; who comes by an ad or a campaign wants what it showed. */
export function outdoorArrival(random: Random, { day, weekday, hour, isNew }: Comer, wish: OutdoorSection): Landed {
  const tagged = (query: string, referrer = ''): Landed => ({ referrer, query: `?${query}`, wish: 'sorties' });
  const { search, social } = outdoorCampaigns;
  const isLetter = (weekday === 4 && hour >= 17) || (weekday === 5 && hour < 13);
  if (!isNew && isLetter && random.chance(0.36))
    return tagged('utm_source=newsletter&utm_medium=email&utm_campaign=idees-du-week-end');
  if (day >= search.from && day < search.until && random.chance(isNew ? 0.09 : 0.035))
    return tagged(
      `utm_source=google&utm_medium=cpc&utm_campaign=${search.name}&utm_term=${encodeURIComponent(random.pick(outdoorWords.sorties))}&gclid=${token(random)}`,
      'https://www.google.com/',
    );
  if (day >= social.from && day < social.until && random.chance(isNew ? 0.11 : 0.03))
    return tagged(
      `utm_source=facebook&utm_medium=paid_social&utm_campaign=${social.name}&utm_content=${random.pick(['photo-igloo', 'video-nuit'])}&fbclid=${token(random)}`,
      'https://l.facebook.com/',
    );
  if (day >= 24 && random.chance(0.022))
    return tagged(
      `utm_source=courrier-des-lacs&utm_medium=display&utm_campaign=pleinair-sorties&vigie_line=${adLineMark}`,
      'https://courrier-des-lacs.example/',
    );
  // Who knows the site types its name or opens a bookmark.
  if (random.chance(isNew ? 0.12 : 0.42)) return { referrer: '', query: '', wish };
  if (random.chance(0.72)) {
    const engine = engines(random);
    const words = engine.endsWith('=')
      ? encodeURIComponent(random.pick(outdoorWords[wish])).replaceAll('%20', '+')
      : '';
    return { referrer: engine + words, query: '', wish };
  }
  return { referrer: others(random), query: '', wish };
}

const token = (random: Random): string => Array.from({ length: 22 }, () => random.int(36).toString(36)).join('');
