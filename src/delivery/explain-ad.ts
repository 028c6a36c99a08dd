/** Why a placement gets the ad it gets: the very decision an edge would make from the present book, with a reason per line item. */
import { Refusal } from '#platform';
import { decisionsAnswerer } from './answer-decisions.ts';
import { type BookSources, compileBook } from './compile-book.ts';
import { type Book, type Decision, DecisionReply, DecisionRequest, type Reason, reasons } from './contract.ts';
import { newCounters } from './counters.ts';
import { loadBook } from './load-book.ts';
import { openRequestCounts } from './request-counts.ts';

export type AdQuestion = {
  site: string;
  placement: string;
  url?: string | undefined;
  referrer?: string | undefined;
  kv?: Record<string, string[]> | undefined;
  sizes?: string[] | undefined;
  /** What a reader's address and user agent would tell; both count as unknown when absent. */
  country?: string | undefined;
  device?: string | undefined;
  user_agent?: string | undefined;
  ip?: string | undefined;
  /** ISO 8601; now when absent. */
  at?: string | undefined;
};

export type AdExplained = {
  decision: Decision;
  trace: { line_item: string; name: string; reason: Reason; says: string }[];
};

export type Readers = {
  countryOf?: ((ip: string) => string) | undefined;
  deviceOf?: ((userAgent: string) => { type: string; browser: string; os: string }) | undefined;
};

/**
 * Asks the book as it stands now; nothing is counted. Deliveries are those of the event store, so what an edge has on its way
 * (pacing, caps of a visitor) is not seen here. Throws a Refusal for an unknown site or placement.
 */
export async function explainAd(
  sources: BookSources,
  question: AdQuestion,
  readers: Readers = {},
): Promise<AdExplained> {
  return explainFrom(await compileBook(sources), question, { ...readers, now: sources.clock().getTime() });
}

export function explainFrom(
  book: Book,
  question: AdQuestion,
  { countryOf, deviceOf, now }: Readers & { now: number },
): AdExplained {
  const { country, device, user_agent, ip, at, placement, sizes, ...page } = question;
  const counters = newCounters();
  const loaded = loadBook(book, counters);
  const answer = decisionsAnswerer({
    book: () => loaded,
    counters,
    requests: openRequestCounts(),
    knowledge: {
      countryOf: () => country ?? (ip === undefined ? '' : (countryOf?.(ip) ?? '')),
      agentOf: () => {
        const said = user_agent === undefined ? undefined : deviceOf?.(user_agent);
        return {
          device: { type: device ?? said?.type ?? '', browser: said?.browser ?? '', os: said?.os ?? '' },
          bot: null,
        };
      },
    },
    base: () => '',
    simulatedTime: false,
    random: Math.random,
  });
  const given = Object.fromEntries(Object.entries(page).filter(([, value]) => value !== undefined));
  const request = DecisionRequest.safeParse({
    ...given,
    explain: true,
    placements: [{ code: placement, ...(sizes ? { sizes } : {}) }],
  });
  if (!request.success)
    throw new Refusal(
      'bad-input',
      `${request.error.issues[0]?.path.join('.') ?? 'question'}: ${request.error.issues[0]?.message ?? 'is wrong'}.`,
    );
  const visit = { ip: '', userAgent: '', acceptLanguage: '', globalPrivacyControl: false, key: undefined };
  const reply = DecisionReply.parse(JSON.parse(answer(request.data, visit, at === undefined ? now : Date.parse(at))));
  const decision = reply.decisions[0];
  if (!decision) throw new Error('a request for one placement has one decision');
  const names = new Map(book.lines.map(({ id, name }) => [id, name]));
  const trace = (decision.trace ?? []).map(({ line_item, reason }) => ({
    line_item,
    name: names.get(line_item) ?? '',
    reason,
    says: reasons[reason],
  }));
  return { decision, trace };
}
