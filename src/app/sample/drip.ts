/** Readers of this very moment: the same model of traffic goes on at its own pace, over HTTP, to the real control and edge. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DecisionReply } from '#delivery/contract';
import { outdoorSite } from '../sample-site.ts';
import { calendarOf, localDate, sampleDays } from './calendar.ts';
import { adLineMark } from './outdoor-sources.ts';
import { clickRate, seeRate } from './response.ts';
import type { Action, Slot } from './action.ts';
import type { Task } from './sample-process.ts';
import { actionsOf } from './traffic.ts';

/** What the drip needs to speak as the sample's organisation; written when the catalogue is made. */
export type DripKey = {
  key: string;
  /** The line item whose ads lead to the second site; a sample made before that site has neither. */
  ad_line?: string;
};

/** Whose site is there in a sample of this key: nobody comes to a second site that it was made before. */
export const comesWith =
  ({ ad_line }: DripKey) =>
  ({ site }: Pick<Action, 'site'>): boolean =>
    ad_line !== undefined || site !== outdoorSite;

/** Runs until the process ends. What cannot be sent is dropped: these readers are nobody's loss. */
export async function runDrip(task: Pick<Task, 'begun' | 'folder' | 'controlUrl' | 'edgeUrl'>): Promise<never> {
  const key: DripKey = JSON.parse(await readFile(join(task.folder, 'drip.json'), 'utf8'));
  const comes = comesWith(key);
  const calendar = calendarOf(task.begun);
  for (;;) {
    const now = Date.now();
    const number =
      sampleDays + Math.round((Date.parse(localDate(now)) - Date.parse(calendar.date(sampleDays))) / 86_400_000);
    const end = calendar.start(number + 1);
    const actions = actionsOf({ number, weekday: calendar.weekday(number), start: calendar.start(number), until: end });
    for (const action of actions) {
      if (action.at < now || !comes(action)) continue;
      await waitUntil(action.at);
      play(action, task, key).catch(() => undefined);
    }
    await waitUntil(end);
  }
}

async function waitUntil(at: number): Promise<void> {
  const left = at - Date.now();
  if (left > 0) await wait(left);
}

async function play(
  action: Action,
  { controlUrl, edgeUrl }: { controlUrl: string; edgeUrl: string },
  { key, ad_line = '' }: DripKey,
): Promise<void> {
  const { reader, slots } = action;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  await tell(action, { controlUrl, edgeUrl, headers, ad_line });
  if (slots.length === 0) return;
  const who = reader.consents && reader.id ? { visitor_id: reader.id, consent: { ads: true } } : {};
  const body = {
    site: action.site,
    url: action.url,
    placements: slots.map(({ code, sizes }) => ({ code, sizes })),
    user_agent: reader.user_agent,
    ip: reader.ip,
    ...who,
  };
  const reply = await fetch(`${edgeUrl}/v1/decisions`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { decisions } = DecisionReply.parse(await reply.json());
  await Promise.all(decisions.map((decision, index) => respond({ decision, slot: slots[index], reader })));
}

type Door = { controlUrl: string; edgeUrl: string; headers: Record<string, string>; ad_line: string };

async function tell({ hit, reader, site, at }: Action, { controlUrl, edgeUrl, headers, ad_line }: Door): Promise<void> {
  if (!hit) return;
  const { id, visitor_id, consent, vitals, ...rest } = {
    ...hit,
    id: `${hit.id}-${at}`.slice(0, 64),
    url: hit.url.replace(adLineMark, ad_line),
  };
  // Who agreed speaks for himself, from this machine: only the edge gives him the name that his ads have.
  if (visitor_id !== undefined) {
    await fetch(`${edgeUrl}/e`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': reader.user_agent },
      body: JSON.stringify({ ...rest, id, visitor_id, consent, vitals, site: site }),
    });
    return;
  }
  const sent = {
    ...rest,
    visitor_id: `${localDate(at)} ${reader.ip} ${reader.user_agent}`.slice(0, 256),
    id,
    at: new Date().toISOString(),
    user_agent: reader.user_agent,
    ip: reader.ip,
  };
  await fetch(`${controlUrl}/api/ingest`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ site_id: site, hits: [sent] }),
  });
}

type Shown = { decision: DecisionReply['decisions'][number]; slot: Slot | undefined; reader: Action['reader'] };

async function respond({
  decision: { creative, impression_url, viewable_url, click_url },
  slot,
  reader,
}: Shown): Promise<void> {
  if (!slot || slot.render > 0.965 || !creative || !impression_url || !viewable_url || !click_url) return;
  const call = async (url: string) => {
    const reply = await fetch(url, { headers: { 'user-agent': reader.user_agent }, redirect: 'manual' });
    await reply.body?.cancel();
  };
  await wait(slot.delay_ms);
  await call(impression_url);
  if (slot.see > seeRate(slot.code)) return;
  await wait(1000);
  await call(viewable_url);
  // The line's copy is not in the reply; an ordinary banner's rate will do for a few readers a minute.
  if (slot.click < clickRate(`${creative.width ?? 0}x${creative.height ?? 0}`, slot.code, reader.device))
    await call(click_url);
}
