/** What an edge is given: its settings, where it reads and writes, and what other domains make of a request. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock, Journal, Log } from '#platform';
import type { Agent, Knowledge } from './answer-decisions.ts';
import type { Book } from './contract.ts';
import type { Counters } from './counters.ts';
import type { StaticFile } from './edge-files.ts';
import type { BookFollower } from './follow-book.ts';
import type { TcfOperator } from './may-identify.ts';
import type { ReasonCount } from './reason-tally.ts';

export type CollectRequest = {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  ip: string;
};
export type CollectReply = { status: number; headers: Record<string, string>; body?: string | Buffer };
/** What measurement makes of the collect addresses; `recall` is told each line found in the journal at start. */
export type Collector = { handle(request: CollectRequest): Promise<CollectReply>; recall(line: string): void };

export type EdgeOptions = {
  /** `edgeUrl` is the public address, without a slash at the end; when empty, the one the edge listens on. */
  config: {
    edgeUrl: string;
    simulatedTime: boolean;
    trustedProxies: readonly string[];
    /** Who the operator is to the TCF. */
    tcf?: TcfOperator | undefined;
    clickBurstsByAddress?: boolean | undefined;
  };
  book: BookFollower;
  journal: Journal;
  counters: Counters;
  clock: Clock;
  /** 0 ≤ number < 1; makes the ids of decisions, which are signed and need not be secret. */
  random: () => number;
  log: Log;
  collect: Collector;
  countryOf: (ip: string) => string;
  placeOf?: Knowledge['placeOf'];
  isDataCentre?: Knowledge['isDataCentre'];
  /** Device and crawler of a user agent; asked at every request, so it remembers. */
  agentOf: (userAgent: string) => Agent;
  /** Where the file of a content hash lies. */
  files: { path(hash: string): string };
  /** `vigie.js` and `vigie.audience.js`. */
  tags: Readonly<Record<string, StaticFile>>;
  /** HTML by path, under `/demo`, for a book and the address of the edge; asked again with each book. */
  demo?: ((book: Book, edgeOrigin: string) => ReadonlyMap<string, string> | undefined) | undefined;
  /** Told every ten seconds why lines did or did not answer. */
  tellReasons?: ((counts: ReasonCount[]) => Promise<void>) | undefined;
};
