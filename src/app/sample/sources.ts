/** How readers come: what their browser says of the page before, and the tags of the paper's own campaigns. */
import type { Article } from './articles.ts';
import { type Random, weighted } from './random.ts';

/** `query`: of the landing address, with its `?`. */
export type Arrival = { referrer: string; query: string };

type Source = (random: Random, words: readonly string[]) => Arrival;

const from =
  (referrer: string): Source =>
  () => ({ referrer, query: '' });
const tagged =
  (query: string, referrer = ''): Source =>
  () => ({ referrer, query });
const typed =
  (before: string): Source =>
  (random, words) => ({
    referrer:
      before +
      encodeURIComponent(random.chance(0.24) ? random.pick(brandWords) : random.pick(words)).replaceAll('%20', '+'),
    query: '',
  });

const brandWords = [
  'courrier des lacs',
  'le courrier des lacs',
  'journal des lacs',
  'courrier des lacs vernaz',
  'actualité lacs',
  'météo lacs week-end',
  'webcam col',
  'faits divers vernaz',
];

const adWords = weighted([
  ['titre-a', 5],
  ['titre-b', 3],
  ['video', 2],
]);
const paidSocial: Source = (random) => ({
  referrer: 'https://l.facebook.com/',
  query: `?utm_source=facebook&utm_medium=paid_social&utm_campaign=abonnement-hiver&utm_content=${adWords(random)}&fbclid=${token(random)}`,
});
const paidSearch: Source = (random, words) => ({
  referrer: 'https://www.google.com/',
  query: `?utm_source=google&utm_medium=cpc&utm_campaign=abonnement-marque&utm_term=${encodeURIComponent(random.pick(words))}&gclid=${token(random)}`,
});

const token = (random: Random): string => Array.from({ length: 22 }, () => random.int(36).toString(36)).join('');

const ordinary = weighted<Source>([
  [from(''), 300],
  [from('https://www.google.com/'), 305],
  [from('https://www.google.fr/'), 22],
  [from('https://news.google.com/'), 24],
  [typed('https://www.bing.com/search?q='), 40],
  [typed('https://www.qwant.com/?q='), 26],
  [typed('https://www.ecosia.org/search?q='), 20],
  [typed('https://search.lilo.org/?q='), 8],
  [typed('https://fr.search.yahoo.com/search?p='), 9],
  [from('https://duckduckgo.com/'), 11],
  [from('https://search.brave.com/'), 4],
  [from('https://m.facebook.com/'), 62],
  [from('https://l.facebook.com/'), 18],
  [from('https://www.instagram.com/'), 16],
  [from('https://l.instagram.com/'), 6],
  [from('https://t.co/'), 9],
  [from('https://www.linkedin.com/'), 7],
  [from('https://bsky.app/'), 5],
  [from('https://www.reddit.com/'), 4],
  [from('https://www.youtube.com/'), 3],
  [from('https://chatgpt.com/'), 13],
  [from('https://www.perplexity.ai/'), 6],
  [from('https://chat.mistral.ai/'), 7],
  [from('https://gemini.google.com/'), 4],
  [from('https://copilot.microsoft.com/'), 3],
  [from('https://www.mairie-vernaz.example/actualites'), 12],
  [from('https://www.lacs-tourisme.example/agenda'), 10],
  [from('https://forum-montagne.example/t/neige-cols'), 6],
  [from('https://fr.wikipedia.org/wiki/Lac'), 3],
]);

const newsletter = tagged('?utm_source=newsletter&utm_medium=email&utm_campaign=la-matinale');
const weekly = tagged('?utm_source=newsletter&utm_medium=email&utm_campaign=la-lettre-du-week-end');
const push = tagged('?utm_source=application&utm_medium=push&utm_campaign=alerte');

/**
 * One arrival. The morning letter leaves at 6:30 on weekdays, the week-end's on Saturday; the subscription campaign runs
 * from day 20 to day 45 of the sample.
 */
export function arrivalOf(
  random: Random,
  when: { day: number; weekday: number; hour: number },
  article: Article | undefined,
): Arrival {
  const { day, weekday, hour } = when;
  const words = article?.words ?? brandWords;
  const morning = hour >= 6 && hour < 10;
  if (weekday >= 1 && weekday <= 5 && morning && random.chance(0.24)) return newsletter(random, words);
  if (weekday === 6 && hour >= 8 && hour < 12 && random.chance(0.26)) return weekly(random, words);
  if (day >= 20 && day < 45 && random.chance(0.055))
    return (random.chance(0.68) ? paidSocial : paidSearch)(random, words);
  if (article && article.draw > 5 && random.chance(0.18)) return push(random, words);
  return ordinary(random)(random, words);
}
