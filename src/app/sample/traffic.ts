/** The visits of one day, as what browsers would have sent, in the order of time. Pure: the day and the seed say all. */
import { sampleSite } from '../sample-site.ts';
import {
  type Action,
  type Day,
  type Hit,
  hourOf,
  hours,
  readPage,
  type Slot,
  slotOf,
  wideDesk,
  widePhone,
} from './action.ts';
import { type Article, articles, drawOf, peakDay, sectionSlugs } from './articles.ts';
import { crawlerAgent, crawlerNetworks } from './crawlers.ts';
import { addOutdoorVisits } from './outdoor-traffic.ts';
import { type Random, seeded, weighted } from './random.ts';
import { type Reader, readerOf } from './readers.ts';
import { arrivalOf } from './sources.ts';

const origin = `https://${sampleSite}`;

/** Visits on an ordinary Tuesday at the start; with the rest of the numbers here, 60 days hold some 750,000 hits. */
const dailyVisits = 1300;
const population = 18_500;
const weekdayFactor = [1.0, 1.08, 1.04, 1.05, 1.02, 0.97, 0.86];
const deskHours = [4, 2, 1, 1, 2, 5, 16, 40, 82, 88, 78, 74, 66, 78, 80, 74, 66, 56, 38, 30, 34, 38, 26, 10];

const deskHourOf = weighted(deskHours.map((weight, hour) => [hour, weight]));

/** How many visits a day draws, before chance: season of the week, slow growth, the news of the peak day and its echo. */
export function visitsOf({ number, weekday }: Pick<Day, 'number' | 'weekday'>): number {
  const since = number - peakDay;
  const peak = since === 0 ? 2.15 : since > 0 && since < 5 ? 1 + 0.75 * 0.5 ** (since - 1) : 1;
  return dailyVisits * (weekdayFactor[weekday] ?? 1) * (1 + Math.min(number, 90) * 0.0024) * peak;
}

/** Every action of a day, oldest first. */
export function actionsOf(day: Day): Action[] {
  const random = seeded(`day ${day.number}`);
  const actions: Action[] = [];
  const todays = weighted(articles.map((article) => [article, drawOf(article, day.number)] as const));
  const visits = Math.round(visitsOf(day) * (1 + random.normal() * 0.025));
  for (let visit = 0; visit < visits;) {
    const reader = readerOf(Math.floor(population * random.next() ** 1.35));
    // The loyal come back in the day, hours apart: morning, noon, evening.
    const times = 1 + (random.chance(0.16 + reader.loyal * 0.3) ? 1 + random.int(2) : 0);
    for (let time = 0; time < times; time += 1, visit += 1) {
      const hour = (reader.device === 'desktop' ? deskHourOf : hourOf)(random);
      const at = day.start + (hour + random.next()) * 3_600_000;
      addVisit(actions, { random, day, reader, at: Math.floor(at), hour, todays, name: `${day.number}-${visit}` });
    }
  }
  addElsewhere(actions, { random, day });
  addOutdoorVisits(actions, day);
  addCrawlers(actions, { random, day, calls: Math.round(visits * 0.32), todays });
  return actions.filter(({ at }) => at < day.until).sort((a, b) => a.at - b.at);
}

type Visit = {
  random: Random;
  day: Day;
  reader: Reader;
  at: number;
  hour: number;
  todays: (random: Random) => Article;
  name: string;
};

function addVisit(actions: Action[], { random, day, reader, at, hour, todays, name }: Visit): void {
  const landing = random.chance(0.3) ? undefined : todays(random);
  const arrival = arrivalOf(random, { day: day.number, weekday: day.weekday, hour }, landing);
  const isBounce = random.chance(0.5 - reader.loyal * 0.25);
  const pages = isBounce ? 1 : 2 + Math.floor(-Math.log(1 - random.next()) * (0.75 + reader.loyal * 2.1));
  const isLost = random.chance(0.006);
  let path = isLost ? random.pick(lostPages) : (landing?.path ?? '/');
  let referrer = arrival.referrer;
  let clock = at;
  for (let page = 0; page < Math.min(pages, 22); page += 1) {
    const url = origin + path + (page === 0 ? arrival.query : '');
    const common = { url, referrer, language: reader.language, width: reader.width };
    const id = `s${name}-${page}`;
    const slots = reader.blocks ? [] : slotsOf(random, path, reader);
    actions.push({ at: clock, reader, site: sampleSite, url, hit: { ...common, id, name: 'pageview' }, slots });
    if (page === 0 && isLost) {
      const hit: Hit = { ...common, id: `${id}m`, name: '404', props: { path } };
      actions.push({ at: clock + 300, reader, site: sampleSite, url, hit, slots: [] });
    }
    clock = read(actions, { random, reader, common, id, path, from: clock, isBounce });
    referrer = origin + path;
    path = nextPage(random, path, todays);
  }
}

type Reading = {
  random: Random;
  reader: Reader;
  common: Omit<Hit, 'id' | 'name'>;
  id: string;
  path: string;
  from: number;
  isBounce: boolean;
};

/** Articles are read longer than fronts; answers when the page is left. */
function read(actions: Action[], { random, reader, common, id, path, from, isBounce }: Reading): number {
  const isArticle = path.split('/').length > 2;
  const { end, span } = readPage(actions, {
    random,
    reader,
    site: sampleSite,
    common,
    id,
    from,
    median: (isArticle ? 46_000 : 15_000) * (isBounce ? 0.55 : 1),
    depthAfter: isArticle ? 52_000 : 24_000,
  });
  const event = eventOf(random, isArticle);
  if (event)
    actions.push({
      at: from + Math.round(span * random.between(0.3, 0.95)),
      reader,
      site: sampleSite,
      url: common.url,
      hit: { ...common, id: `${id}v`, ...event },
      slots: [],
    });
  return end;
}

const outbound = [
  'https://www.lacs-tourisme.example/',
  'https://www.mairie-vernaz.example/',
  'https://meteo-lacs.example/',
  'https://billetterie-port.example/',
  'https://www.regate-des-neiges.example/',
];
const searched = ['travaux tunnel', 'météo', 'webcam', 'résultats', 'avis de décès', 'marché', 'horaires navette'];

/** Addresses of the paper before it was rebuilt; old links lead there. */
const lostPages = ['/article/1284', '/sport/resultats.php', '/politique/budget-2019', '/fil-info'];
const files = ['/pdf/horaires-navettes.pdf', '/pdf/plan-des-deviations.pdf', '/pdf/une-du-jour.pdf'];
const forms = ['contact', 'signaler-une-erreur', 'petite-annonce'];

function eventOf(random: Random, isArticle: boolean): Pick<Hit, 'name' | 'props'> | undefined {
  const drawn = random.next();
  if (drawn < 0.028) return { name: 'Outbound Link: Click', props: { url: random.pick(outbound) } };
  if (drawn < 0.033)
    return {
      name: 'newsletter-signup',
      props: { letter: random.chance(0.7) ? 'la-matinale' : 'la-lettre-du-week-end' },
    };
  if (drawn < 0.044 && isArticle)
    return { name: 'share', props: { to: random.pick(['whatsapp', 'facebook', 'mail', 'lien']) } };
  if (drawn < 0.05) return { name: 'site search', props: { term: random.pick(searched) } };
  if (drawn < 0.054) return { name: 'File Download', props: { url: origin + random.pick(files) } };
  if (drawn < 0.0555) return { name: 'Form: Submission', props: { path: '/contact', form: random.pick(forms) } };
  return undefined;
}

function nextPage(random: Random, path: string, todays: (random: Random) => Article): string {
  const section = path.split('/')[1];
  const drawn = random.next();
  if (path !== '/' && drawn < 0.2) return '/';
  if (drawn < 0.36) return `/${random.chance(0.55) && section ? section : random.pick(sectionSlugs)}`;
  const article = todays(random);
  // Half of the readers go on in the section they are in.
  return section && article.section !== section && random.chance(0.5) ? todays(random).path : article.path;
}

/** The ad spaces of a page on that device: the codes of the catalogue, placed as on the demonstration's pages. */
function slotsOf(random: Random, path: string, { device }: Reader): Slot[] {
  const slot = (code: string, sizes: string[]) => slotOf(random, code, sizes);
  const [, section = '', article] = path.split('/');
  const wide = device === 'phone' ? widePhone : wideDesk;
  const slots = [slot(section === 'sport' ? 'sport-haut' : 'haut-de-page', wide)];
  if (random.chance(article === undefined ? 0.35 : device === 'phone' ? 0.7 : 0.9))
    slots.push(slot('dans-le-texte', ['300x250']));
  if (device === 'desktop') slots.push(slot('colonne', ['300x600', '160x600']));
  if (section === '' && random.chance(0.4)) slots.push(slot('milieu-de-une', wide));
  return slots;
}

function addCrawlers(
  actions: Action[],
  { random, day, calls, todays }: { random: Random; day: Day; calls: number; todays: (random: Random) => Article },
): void {
  for (let call = 0; call < calls; call += 1) {
    const reader = {
      user_agent: crawlerAgent(random),
      ip: `${random.pick(crawlerNetworks)}.${random.int(256)}.${1 + random.int(254)}`,
    };
    const url = origin + (random.chance(0.2) ? '/' : todays(random).path);
    const hit: Hit = { id: `s${day.number}-b${call}`, name: 'pageview', url, referrer: '', language: '', width: 0 };
    // A few run the page's scripts, and ask for its ads.
    const slots = random.chance(0.05)
      ? [slotOf(random, 'haut-de-page', wideDesk), slotOf(random, 'dans-le-texte', ['300x250'])]
      : [];
    actions.push({ at: day.start + Math.floor(random.next() * 86_400_000), reader, site: sampleSite, url, hit, slots });
  }
}

/** Sites where the agency desk bought space: pages a day, from the day its tags were put there. */
export const elsewhere = [
  {
    site: 'radio-valserine.example',
    code: 'banniere',
    pages: 950,
    from: 24,
    paths: ['/direct', '/podcasts', '/agenda', '/infos/lacs', '/titres'],
  },
  {
    site: 'alpes-magazine.example',
    code: 'pave',
    pages: 700,
    from: 24,
    paths: ['/randonnees/tour-des-lacs', '/recettes/tartiflette', '/ski/ou-partir', '/refuges', '/portraits/guide'],
  },
] as const;

/** Requests from other publishers' pages: our ads run there, their audience is theirs to measure. */
function addElsewhere(actions: Action[], { random, day }: { random: Random; day: Day }): void {
  for (const [rank, { site, code, pages, from, paths }] of elsewhere.entries()) {
    if (day.number < from) continue;
    const count = Math.round(pages * (weekdayFactor[day.weekday] ?? 1) * (1 + random.normal() * 0.04));
    for (let page = 0; page < count; page += 1) {
      const reader = readerOf(population + rank * 8000 + random.int(8000));
      const at = Math.floor(day.start + (hourOf(random) + random.next()) * 3_600_000);
      const sizes = code === 'pave' ? ['300x250'] : reader.device === 'phone' ? ['320x100'] : ['728x90'];
      actions.push({
        at,
        reader,
        site,
        url: `https://${site}${random.pick(paths)}`,
        slots: [slotOf(random, code, sizes)],
      });
    }
  }
}

/** Expected requests by hour of the week, Monday 00:00 first: the same curve that visits follow. */
export const weekShape = (): number[] =>
  Array.from(
    { length: 168 },
    (_, hour) =>
      (weekdayFactor[(Math.floor(hour / 24) + 1) % 7] ?? 1) *
      ((hours[hour % 24] ?? 0) * 0.65 + (deskHours[hour % 24] ?? 0) * 0.35),
  );
