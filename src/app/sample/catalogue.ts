/**
 * What exists before the first reader comes: the organisation, its people, sites, placements, rate card, advertisers, banners,
 * orders and lines. Made through the routes of the API, so that checks, audit trail and ledger are those of real work.
 */
import { readFile } from 'node:fs/promises';
import { createAssignment, createLineItem, createOrder, moveLineItem, type LineItemState } from '#campaigns/contract';
import { approveCreative, createCreative } from '#creatives/contract';
import { createPlacement, createRateCard, createSection, createSite } from '#inventory/contract';
import { createOrganisation } from '#people';
import { createAdvertiser, createContact, createKey, createPublisher, createUser } from '#people/contract';
import type { Database, Served, Services, Sql } from '#platform';
import { bannerFile, brands } from './brands.ts';
import { goalMark, type SampleLine, sampleOrders, sectionMark, segmentMark } from './campaigns.ts';
import { type Call, callerOf } from './call.ts';
import { type SampleCalendar, sampleDays, timeZone } from './calendar.ts';
import { adLineMark } from './outdoor-sources.ts';
import { makeQuestions } from './questions.ts';
import { contacts, password, people, placements, prices, publishers, sections, sites } from './inventory.ts';

export const organisationName = 'Courrier des Lacs';
const bannerFolder = new URL('../../../assets/sample/banners/', import.meta.url);

/**
 * What is handed to `keep`: the database as it is while every line that ever ran is live, a key of the organisation, and the line whose ads
 * lead to the second site.
 */
export type Running = { db: Database; key: string; ad_line: string };

export type CatalogueOptions = {
  services: Services;
  routes: readonly Served[];
  calendar: SampleCalendar;
  /** Called within the transaction, before lines of the past are stopped and ended. */
  keep: (running: Running) => Promise<void>;
};

/** Makes everything in one transaction: after a crash there is all of it or nothing. Answers the organisation. */
export async function makeCatalogue({
  services,
  routes,
  calendar,
  keep,
}: CatalogueOptions): Promise<{ org_id: string }> {
  const files = await readBanners();
  return services.db.transaction(async (tx) => {
    const organisation = await createOrganisation(tx, { name: organisationName });
    const db = within(services.db, tx);
    const call = callerOf({ ...services, db }, routes, organisation.id);
    const codes = await makeInventory(call, calendar);
    for (const [mark, id] of await makeQuestions(call, (domain) => found(codes, domain), calendar)) codes.set(mark, id);
    const advertisers = await makeAdvertisers(call);
    await makePeople(call, advertisers);
    const creatives = await makeCreatives(call, advertisers, files);
    const past = await makeOrders(call, { calendar, codes, advertisers, creatives });
    const { key } = await call(createKey, { name: 'Lecteurs de démonstration', role: 'traffic_manager' });
    await keep({ db, key, ad_line: found(codes, adLineMark) });
    for (const move of past) await call(moveLineItem, move);
    return { org_id: organisation.id };
  });
}

/** The same database inside an open transaction: what starts one of its own joins it. */
const within = (db: Database, tx: Sql): Database => ({
  ...db,
  query: tx.query,
  one: tx.one,
  transaction: (work) => work(tx),
});

async function readBanners(): Promise<Map<string, Buffer>> {
  const names = brands.flatMap(({ key, copies }) =>
    copies.flatMap((copy) => copy.sizes.map((size) => bannerFile(key, copy.key, size))),
  );
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, bannerFolder))] as const)),
  );
}

/** Ids by code (`sport-haut`, `domain/code` for external sites) and by section mark (`section:sport`). */
type Codes = Map<string, string>;

async function makeInventory(call: Call, calendar: SampleCalendar): Promise<Codes> {
  const codes: Codes = new Map();
  const known = (code: string) => found(codes, code);
  for (const name of publishers) codes.set(name, (await call(createPublisher, { name })).id);
  for (const { domain, name, mode, publisher } of sites) {
    const kind = publisher === undefined ? ('own' as const) : ('external' as const);
    const site = {
      domain,
      name,
      time_zone: timeZone,
      currency: 'EUR',
      kind,
      ...(mode ? { mode } : {}),
      publisher_id: publisher === undefined ? null : known(publisher),
    };
    codes.set(domain, (await call(createSite, site)).id);
  }
  const own = sites[0].domain;
  for (const { site = own, slug, name, path } of sections)
    codes.set(sectionMark + slug, (await call(createSection, { site_id: known(site), name, path })).id);
  for (const { site = own, code, name, formats, section, floor } of placements) {
    const placement = await call(createPlacement, {
      site_id: known(site),
      code,
      name,
      formats,
      section_id: section === undefined ? null : known(sectionMark + section),
      floor: floor === undefined ? null : { amount: floor, currency: 'EUR' },
    });
    codes.set(site === own ? code : `${site}/${code}`, placement.id);
  }
  const rates = prices.map(({ placement, format, model, amount }) => ({
    model,
    amount,
    ...(placement === undefined ? { site_id: known(own) } : { placement_id: known(placement) }),
    ...(format === undefined ? {} : { format }),
  }));
  await call(createRateCard, {
    name: 'Tarifs affichage · hiver',
    currency: 'EUR',
    valid_from: calendar.date(0),
    valid_to: calendar.date(180),
    rates,
  });
  return codes;
}

async function makeAdvertisers(call: Call): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  for (const { key, name, category } of brands) made.set(key, (await call(createAdvertiser, { name, category })).id);
  for (const { brand, ...contact } of contacts)
    await call(createContact, { ...contact, advertiser_id: found(made, brand) });
  return made;
}

async function makePeople(call: Call, advertisers: Map<string, string>): Promise<void> {
  for (const { name, email, role, brand } of people) {
    await call(createUser, {
      name,
      email,
      role,
      password,
      advertiser_id: brand === undefined ? null : found(advertisers, brand),
    });
  }
}

type Banner = { id: string; size: string };

/** Uploads every banner; all but one are approved. Answers them by brand and copy. */
async function makeCreatives(
  call: Call,
  advertisers: Map<string, string>,
  files: Map<string, Buffer>,
): Promise<Map<string, Banner[]>> {
  const made = new Map<string, Banner[]>();
  for (const { key, copies, domain } of brands) {
    for (const copy of copies) {
      const banners: Banner[] = [];
      for (const size of copy.sizes) {
        const name = bannerFile(key, copy.key, size);
        const landing_url = `https://www.${domain}${copy.landing}?utm_source=courrier-des-lacs&utm_medium=display&utm_campaign=${key}-${copy.key}`;
        const input = { advertiser_id: found(advertisers, key), name: `${copy.line} · ${size}`, landing_url };
        const { id } = await call(createCreative, input, [{ field: 'file', name, bytes: found(files, name) }]);
        // The last one that came in is still to be looked at.
        if (name !== 'filanord-fibre-320x50.png') await call(approveCreative, { id });
        banners.push({ id, size });
      }
      made.set(`${key} ${copy.key}`, banners);
    }
  }
  return made;
}

type Around = {
  calendar: SampleCalendar;
  codes: Codes;
  advertisers: Map<string, string>;
  creatives: Map<string, Banner[]>;
};

/** The last move of a line that was stopped or has ended. */
type Past = { id: string; to: LineItemState; reason?: string };

/** Makes orders and lines; answers the moves that are still to be made once the book of the past is kept. */
async function makeOrders(call: Call, around: Around): Promise<Past[]> {
  const past: Past[] = [];
  for (const { brand, name, side, po_number, lines } of sampleOrders) {
    const order = await call(createOrder, { advertiser_id: found(around.advertisers, brand), name, side, po_number });
    for (const line of lines) {
      const id = await makeLine(call, { ...around, order_id: order.id, brand }, line);
      if (line.stopped) past.push({ id, to: line.state, reason: line.stopped.reason });
      else if (line.state === 'ended') past.push({ id, to: 'ended' });
    }
  }
  return past;
}

async function makeLine(
  call: Call,
  { calendar, codes, creatives, order_id, brand }: Around & { order_id: string; brand: string },
  line: SampleLine,
): Promise<string> {
  const {
    rate: [model, amount],
    days: [start, end],
    placements: spaces,
    copies,
    state,
    stopped: _,
    mark,
    ...terms
  } = withIds(line, codes);
  const offered = sizesOf(spaces, terms.sizes);
  const drawn = copies.flatMap((copy) => found(creatives, `${brand} ${copy}`)).map(({ size }) => size);
  // What ran was sold in the sizes that came; what is to come still waits for its banners.
  const hasBegun = state !== 'draft' && start <= sampleDays && copies.length > 0;
  const sizes = hasBegun ? [...offered].filter((size) => drawn.includes(size)) : terms.sizes;
  const made = await call(createLineItem, {
    ...terms,
    order_id,
    rate: { model, amount, currency: 'EUR' },
    start: calendar.iso(start),
    end: calendar.iso(end),
    placements: spaces.map((code) => found(codes, code)),
    sizes,
  });
  if (mark) codes.set(mark, made.id);
  for (const copy of copies) {
    for (const banner of found(creatives, `${brand} ${copy}`)) {
      if (offered.has(banner.size)) await call(createAssignment, { line_item_id: made.id, creative_id: banner.id });
    }
  }
  for (const to of stepsTo(state)) await call(moveLineItem, { id: made.id, to });
  return made.id;
}

/** The moves of a line before its last one: what ran, runs. */
function stepsTo(state: LineItemState): LineItemState[] {
  if (state === 'draft') return [];
  if (state === 'proposed' || state === 'reserved') return [state];
  return state === 'booked' ? ['reserved', 'booked'] : ['booked', 'live'];
}

function sizesOf(spaces: readonly string[], only: readonly string[] | undefined): Set<string> {
  const offered = placements
    .filter(({ site, code }) => spaces.includes(site === undefined ? code : `${site}/${code}`))
    .flatMap(({ formats }) => formats);
  return new Set(only ? offered.filter((size) => only.includes(size)) : offered);
}

/** Puts ids where the campaigns name sections, goals and segments by their mark. */
function withIds(line: SampleLine, codes: Codes): SampleLine {
  return JSON.parse(JSON.stringify(line), (_key, value: unknown) =>
    typeof value === 'string' && marks.some((mark) => value.startsWith(mark)) ? found(codes, value) : value,
  ) as SampleLine;
}
const marks = [sectionMark, goalMark, segmentMark];

function found<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`The sample has no ${key}.`);
  return value;
}
