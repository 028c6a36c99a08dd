/** Chasing: who was asked for creatives is reminded before the deadline, on it, and after it, by e-mail with a fresh private link. */
import { audit } from '#people';
import { Refusal, type Caller, type Clock, type Database, type Job, type Mail } from '#platform';
import { createLinkWithin } from './creative-link.ts';
import { readRequest } from './request.ts';
import type { CreativeRequest } from './request-contract.ts';
import { reminderLetter } from './request-letters.ts';
import { isWanted } from './request.ts';

const day = 86_400_000;

/** Days from the deadline at which a reminder goes out, the earliest first. */
export const stages = [-5, -2, 0, 2, 5] as const;

/** The stage that a request has reached; undefined while it is too early. */
export function stageOf(due: number, now: number): string | undefined {
  const reached = stages.findLast((days) => now >= due + days * day);
  return reached === undefined ? undefined : `d${reached}`;
}

type Desk = { db: Database; clock: Clock; mail: Mail };

const remindCaller = (org_id: string): Caller => ({
  kind: 'system',
  id: 'remind-creatives',
  name: 'Vigie',
  org_id,
  role: 'admin',
  advertiser_id: null,
});

/** A request reaches a stage at most once; one letter an order says all that is missing of it. */
export const reminderJob = ({ db, mail, url }: { db: Database; mail: Mail; url: string }): Job => ({
  name: 'remind-creatives',
  everySeconds: 900,
  run: async ({ clock, signal }) => {
    if (mail.isOff) return; // nothing is marked as sent, so that reminders go out once a mail server is set
    const now = clock();
    const candidates = await db.query<{ id: string; org_id: string; order_id: string; due_at: string }>(
      `select id, org_id, order_id, due_at from creative_requests
       where cancelled_at is null and due_at <= $1::timestamptz + interval '5 days' and starts_at > $1::timestamptz - interval '7 days' order by due_at, id`,
      [now.toISOString()],
    );
    for (const [, group] of Map.groupBy(candidates, ({ order_id }) => order_id)) {
      if (signal.aborted) throw new Error('stopped');
      const caller = remindCaller(group[0]?.org_id ?? '');
      const due: { request: CreativeRequest; stage: string }[] = [];
      for (const { id, due_at } of group) {
        const stage = stageOf(Date.parse(due_at), now.getTime());
        const sent =
          stage && (await db.one('select 1 from creative_reminders where request_id = $1 and stage = $2', [id, stage]));
        const request = stage && !sent ? await readRequest(db, caller, id, now) : undefined;
        if (stage && request && isWanted(request.state)) due.push({ request, stage });
      }
      if (due.length > 0) await sendReminder({ db, clock, mail }, caller, due, { url });
    }
  },
});

/** One letter for requests of one order. Without anybody to write to, nothing is sent and nothing is marked. */
async function sendReminder(
  desk: Desk,
  caller: Caller,
  due: readonly { request: CreativeRequest; stage: string }[],
  { url, to }: { url: string; to?: string[] | undefined },
): Promise<string[]> {
  const [first] = due;
  if (!first) return [];
  const { advertiser_id, order_id } = first.request;
  const written = await desk.db.query<{ email: string | null; language: 'en' | 'fr' }>(
    `select email, language from creative_links where org_id = $1 and advertiser_id = $2 and (order_id is null or order_id = $3)
       and purpose = 'exchange' and revoked_at is null and email is not null order by created_at desc limit 20`,
    [caller.org_id, advertiser_id, order_id],
  );
  const contacts = await desk.db.query<{ email: string }>(
    'select email from contacts where org_id = $1 and advertiser_id = $2 and email is not null order by id limit 20',
    [caller.org_id, advertiser_id],
  );
  const people = to ?? [...new Set([...written, ...contacts].flatMap(({ email }) => email ?? []))];
  if (people.length === 0) return [];
  const language = written[0]?.language ?? 'fr';
  const now = desk.clock();
  // Links are made anew: what an earlier letter holds is known to its reader alone.
  const link = await desk.db.transaction((tx) =>
    createLinkWithin(
      tx,
      caller,
      {
        purpose: 'exchange',
        order_id,
        may_upload: true,
        may_approve: false,
        name: people.join(', ').slice(0, 200),
        language,
        days: 30,
        send: false,
      },
      now,
    ),
  );
  await desk.mail.send(
    reminderLetter(
      due.map(({ request }) => request),
      { to: people, address: url + link.path, language },
    ),
  );
  // After the letter: a crash in between sends it twice rather than never.
  await desk.db.transaction(async (tx) => {
    for (const { request, stage } of due) {
      await tx.query(
        `insert into creative_reminders (request_id, stage, recipients, sent_at) values ($1, $2, $3, $4)
         on conflict (request_id, stage) do update set sent_at = excluded.sent_at, recipients = excluded.recipients`,
        [request.id, stage, people, now.toISOString()],
      );
      await audit(tx, caller, {
        action: 'creative-request.remind',
        subject: { kind: 'creative-request', id: request.id },
        after: { stage, to: people },
      });
    }
  });
  return people;
}

/** Reminds by hand. Throws wrong-state when nothing is missing, bad-input when there is nobody to write to. */
export async function remindNow(
  desk: Desk,
  caller: Caller,
  { id, to }: { id: string; to?: string[] | undefined },
  url: string,
): Promise<CreativeRequest> {
  const request = await readRequest(desk.db, caller, id, desk.clock());
  if (!isWanted(request.state))
    throw new Refusal('wrong-state', `Nothing is missing of this request: it is ${request.state}.`, {
      state: request.state,
    });
  if (desk.mail.isOff)
    throw new Refusal('wrong-state', 'No mail server is set (VIGIE_SMTP_URL): copy a private link instead.');
  const sent = await sendReminder(desk, caller, [{ request, stage: `by-hand-${desk.clock().toISOString()}` }], {
    url,
    to,
  });
  if (sent.length === 0)
    throw new Refusal('bad-input', 'to: no contact of this advertiser has an e-mail address; say whom to write to.', {
      field: 'to',
    });
  return readRequest(desk.db, caller, id, desk.clock());
}
