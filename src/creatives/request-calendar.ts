/** Deadlines of creatives as an iCalendar document: downloaded, or behind a private address that a calendar program follows. */
import { type CalendarEntry, iCalendar, type Caller, type Clock, type Database, type FileReply } from '#platform';
import { holderOf } from './creative-link.ts';
import { listRequests } from './request.ts';
import type { CreativeRequest } from './request-contract.ts';
import { type SheetLanguage, sheetWords } from './request-words.ts';

/** Entries of one calendar. */
const most = 1000;
type Desk = { db: Database; clock: Clock };
type Which = { order_id?: string | undefined; advertiser_id?: string | undefined; line_item_id?: string | undefined };

export async function requestsCalendar(
  { db, clock }: Desk,
  caller: Caller,
  which: Which,
  language: SheetLanguage = 'en',
): Promise<FileReply> {
  const now = clock();
  const { items } = await listRequests(db, caller, { ...which, limit: most }, now);
  return {
    bytes: iCalendar(
      sheetWords[language].title,
      items.map((one) => entryOf(one, language)),
      now,
    ),
    media_type: 'text/calendar; charset=utf-8',
    file_name: 'creatives.ics',
    headers: { 'cache-control': 'private, max-age=300', 'x-robots-tag': 'noindex' },
  };
}

function entryOf(request: CreativeRequest, language: SheetLanguage): CalendarEntry {
  const words = sheetWords[language];
  // The day of the deadline where its placements are read; sites of one order share their day but for the rarest cases.
  const dueDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(new Date(request.due));
  return {
    id: request.id,
    title: `${request.format} – ${request.advertiser_name} (${words[request.state]})`,
    place: request.placements.join(', '),
    note: [request.order_name, request.line_item_name, request.note].filter(Boolean).join(' · '),
    first: dueDay,
    last: dueDay,
    certain: request.state === 'done',
  };
}

/** Throws not-found for an address that leads nowhere. */
export async function deadlinesOf(desk: Desk, token: string): Promise<FileReply> {
  const { link, caller } = await holderOf(desk.db, token, { now: desk.clock(), purpose: 'calendar' });
  // Without an advertiser it is the house's own calendar.
  const who = link.advertiser_id === null ? { ...caller, role: 'studio' } : caller;
  return requestsCalendar(desk, who, link.order_id === null ? {} : { order_id: link.order_id }, link.language);
}
