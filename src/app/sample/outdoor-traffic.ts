/**
 * The visits of the second site. Its readers are asked for their consent; who agrees comes back under one name for weeks, so that this is
 * where retention, frequency, ways over several visits and segments have something to show.
 */
import { outdoorSite } from '../sample-site.ts';
import { type Action, type Day, type Hit, hourOf, readPage, type Slot, slotOf, wideDesk, widePhone } from './action.ts';
import { crawlerAgent, crawlerNetworks } from './crawlers.ts';
import { outdoorArrival } from './outdoor-sources.ts';
import {
  lostPages,
  outdoorOrigin,
  outdoorPages,
  type OutdoorSection,
  outings,
  searchedOutdoors,
  tcfNo,
  tcfYes,
} from './outdoor-site.ts';
import { type Random, seeded, weighted } from './random.ts';
import { type Reader, readerOf } from './readers.ts';

/** Visits on an ordinary Tuesday at the start: more when it snows, and before a week-end. */
const dailyVisits = 250;
const weekdayFactor = [1.25, 0.85, 0.86, 0.92, 1.12, 1.2, 1.3];
/** The site is younger than the paper's: seven weeks. */
export const firstDay = 12;
/** Numbers of readers who are nobody else's. */
const firstReader = 200_000;
const regulars = 240;
const newADay = 125;
/** How long ago those who come back were new, in days: few remember after a month. */
const meanAge = 8;

/** Adds the visits of a day. The same day gives the same visits. */
export function addOutdoorVisits(actions: Action[], day: Day): void {
  if (day.number < firstDay) return;
  const random = seeded(`outdoors ${day.number}`);
  const visits = Math.round(
    dailyVisits *
      (weekdayFactor[day.weekday] ?? 1) *
      (1 + Math.min(day.number, 90) * 0.005) *
      (1 + random.normal() * 0.05),
  );
  for (let visit = 0; visit < visits; visit += 1) {
    const { number, isNew } = someone(random, day.number);
    const reader = readerOf(firstReader + number);
    const hour = hourOf(random);
    const at = Math.floor(day.start + (hour + random.next()) * 3_600_000);
    addVisit(actions, { random, day, reader, isNew, at, hour, name: `p${day.number}-${visit}` });
  }
  for (let call = 0; call < visits * 0.12; call += 1) {
    const reader = { user_agent: crawlerAgent(random), ip: `${random.pick(crawlerNetworks)}.7.${1 + random.int(254)}` };
    const url = `${outdoorOrigin}/randonnees/${random.pick(outdoorPages.randonnees)}`;
    const hit = { id: `p${day.number}-b${call}`, name: 'pageview', url, referrer: '', language: '', width: 0 };
    actions.push({ at: day.start + random.int(86_400_000), reader, site: outdoorSite, url, hit, slots: [] });
  }
}

/** A regular, somebody new, or somebody who was new some days ago. */
function someone(random: Random, day: number): { number: number; isNew: boolean } {
  const drawn = random.next();
  if (drawn < 0.24) return { number: Math.floor(regulars * random.next() ** 1.3), isNew: false };
  const age = drawn < 0.62 ? 1 + Math.floor(-Math.log(1 - random.next()) * meanAge) : 0;
  if (age === 0 || age > day - firstDay) return { number: regulars + day * newADay + random.int(newADay), isNew: true };
  return { number: regulars + (day - age) * newADay + Math.floor(newADay * random.next() ** 1.8), isNew: false };
}

type Visit = { random: Random; day: Day; reader: Reader; isNew: boolean; at: number; hour: number; name: string };
/** `books`: the form of this page is sent, and what it says is paid. */
type Page = { path: string; median: number; books?: true };

const wishOf = weighted<OutdoorSection>([
  ['randonnees', 30],
  ['ski', 29],
  ['sorties', 19],
  ['annonces', 13],
  ['refuges', 9],
]);

function addVisit(actions: Action[], { random, day, reader, isNew, at, hour, name }: Visit): void {
  const wish = wishOf(random);
  const arrival = outdoorArrival(random, { day: day.number, weekday: day.weekday, hour, isNew }, wish);
  const way = wayOf(random, arrival.wish, isNew);
  const said = saidBy(reader);
  let { referrer } = arrival;
  let clock = at;
  for (const [step, { path, median, books = false }] of way.entries()) {
    const url = outdoorOrigin + path + (step === 0 ? arrival.query : '');
    const common = { url, referrer, language: reader.language, width: reader.width, ...said };
    const id = `${name}-${step}`;
    const act = (event: Pick<Hit, 'name'> & Partial<Hit>, after: number) =>
      actions.push({
        at: clock + after,
        reader,
        site: outdoorSite,
        url,
        hit: { ...common, id: `${id}${event.name.slice(0, 2)}`, ...event },
        slots: [],
      });
    const slots = reader.blocks ? [] : slotsOf(random, path, reader);
    actions.push({ at: clock, reader, site: outdoorSite, url, hit: { ...common, id, name: 'pageview' }, slots });
    if (lostPages.includes(path)) act({ name: '404', props: { path } }, 300);
    const { end, span } = readPage(actions, {
      random,
      reader,
      site: outdoorSite,
      common,
      id,
      from: clock,
      median,
      depthAfter: 24_000,
    });
    for (const event of eventsOf(random, path, books)) act(event, Math.round(span * random.between(0.5, 0.97)));
    clock = end;
    referrer = outdoorOrigin + path;
  }
}

/** What the page says of the reader with each hit; without a yes there is no name. */
const saidBy = (reader: Reader): Pick<Hit, 'visitor_id' | 'consent'> =>
  reader.consents ? { visitor_id: reader.id, consent: { tcf: tcfYes } } : { consent: { tcf: tcfNo } };

/** The pages of a visit, from what somebody came for. */
function wayOf(random: Random, wish: OutdoorSection, isNew: boolean): Page[] {
  if (random.chance(0.012))
    return [page(random.pick(lostPages), 6000), ...(random.chance(0.3) ? [page('/', 9000)] : [])];
  if (random.chance(isNew ? 0.3 : 0.12)) return [page(random.chance(0.3) ? '/' : `/${wish}`, 4500)];
  const way: Page[] = [];
  if (random.chance(isNew ? 0.25 : 0.5)) way.push(page('/', 11_000));
  if (wish === 'sorties') way.push(...booking(random, isNew));
  else {
    const pages = outdoorPages[wish];
    if (random.chance(0.35)) way.push(page(`/${wish}`, 14_000));
    const read = 1 + Math.floor(-Math.log(1 - random.next()) * (isNew ? 0.9 : 1.6));
    for (let i = 0; i < Math.min(read, 9); i += 1)
      way.push(page(`/${wish}/${pages[Math.floor(pages.length * random.next() ** 1.7)]}`, 42_000));
    if (wish === 'ski' && random.chance(0.13)) way.push(page('/ski/location', 30_000));
    if (wish === 'annonces' && random.chance(0.06))
      way.push(page('/annonces/deposer', 75_000), page('/annonces/publiee', 9000));
    // Who reads of walks and snow looks at the outings too.
    if (random.chance(0.09)) way.push(...booking(random, isNew));
  }
  if (random.chance(0.05)) way.push(page(`/recherche?q=${encodeURIComponent(random.pick(searchedOutdoors))}`, 8000));
  return way;
}

/** The way to a place on an outing; most leave it on the way, and who knows the site goes farther. */
function booking(random: Random, isNew: boolean): Page[] {
  const [slug = ''] = outings[Math.floor(outings.length * random.next() ** 1.6)] ?? [];
  const way = [page('/sorties', 16_000)];
  if (random.chance(0.28)) return way;
  way.push(page(`/sorties/${slug}`, 48_000));
  if (!random.chance(isNew ? 0.16 : 0.3)) return way;
  const form = page(`/sorties/${slug}/reserver`, 60_000);
  if (random.chance(0.52)) way.push({ ...form, books: true }, page('/sorties/merci', 12_000));
  else way.push(form);
  return way;
}

const page = (path: string, median: number): Page => ({ path, median });

const prices = new Map(outings);
const leaving = [
  'https://meteo-lacs.example/montagne',
  'https://avalanches.example/bulletin',
  'https://bureau-des-guides.example/',
  'https://courrier-des-lacs.example/montagne',
];

function eventsOf(random: Random, path: string, books: boolean): (Pick<Hit, 'name'> & Partial<Hit>)[] {
  const events: (Pick<Hit, 'name'> & Partial<Hit>)[] = [];
  const form = (name: string) => events.push({ name: 'Form: Submission', props: { path, form: name } });
  const [, section, slug] = path.split('/');
  if (section === 'randonnees' && slug && random.chance(0.14))
    events.push({ name: 'File Download', props: { url: `${outdoorOrigin}/topos/${slug}.gpx` } });
  if (section === 'annonces' && slug?.includes('-') && random.chance(0.1)) form('contacter-le-vendeur');
  if (path === '/annonces/deposer') form('deposer-une-annonce');
  if (path === '/ski/location' && random.chance(0.34)) {
    form('location-de-skis');
    events.push({ name: 'rental-request', props: { shop: 'cimes-et-cie' } });
  }
  if (books && slug) {
    form('reservation');
    const places = 1 + random.int(3);
    events.push({
      name: 'reservation',
      props: { outing: slug, places: String(places) },
      revenue: { amount: places * (prices.get(slug) ?? 0), currency: 'EUR' },
    });
  }
  if (random.chance(0.02)) events.push({ name: 'Outbound Link: Click', props: { url: random.pick(leaving) } });
  return events;
}

function slotsOf(random: Random, path: string, { device }: Reader): Slot[] {
  const isPhone = device === 'phone';
  const slots = [slotOf(random, 'pa-haut', isPhone ? widePhone : wideDesk)];
  if (path.split('/').length > 2 && random.chance(0.8)) slots.push(slotOf(random, 'pa-pave', ['300x250']));
  return slots;
}
