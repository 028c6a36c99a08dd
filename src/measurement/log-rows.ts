/**
 * Lines of a log into rows: the judgements of live hits, remembered per text so that a line costs little more than reading it.
 */
import { acquisitionOf } from './acquisition.ts';
import { sameSite } from './referral.ts';
import { agentOf, unknownAgent } from './agent.ts';
import { type SiteOfCollect, visitorsOf } from './collect.ts';
import type { IgnoredReason } from './contract.ts';
import type { CountryOf } from './geo.ts';
import { dayFrom, type LocalTime } from './local-time.ts';
import type { KnownAgent, KnownLanding, KnownPath, KnownVisitor, LineFacts, LogBatch } from './log-batch.ts';
import { shared } from './log-batch.ts';
import type { LogLine } from './log-line.ts';
import { statusReason, type Target, targetOf } from './log-target.ts';
import { lineItemOf, siteSearchOf } from './row.ts';
import { visitorUnder, type VisitorOf } from './visitor.ts';

export type Judged = { reason: IgnoredReason | null; agent: KnownAgent; target: KnownTarget; host: string };
/** Landings on the site's own domain are made when the first is met: most targets are no landing. */
type KnownTarget = Omit<Target, 'host'> & {
  place: KnownPath;
  landings: Landings | undefined;
  /** Of a target that is a whole address: its host within the site, `''` when it is another's; else undefined. */
  ownHost: string | undefined;
};
/** The landing by referrer as logged. */
type Landings = (referrer: string) => KnownLanding;
type Visitors = { agent: KnownAgent; visitor: KnownVisitor }[];

const kept = 50_000;

export type LogRows = {
  /** What the line is; the answer holds until the next call. */
  judge(line: LogLine): Judged;
  local(at: number): LocalTime;
  /** Whether the salts that a day's visitors need are there: its own and that of the day before. */
  hasSalts(date: string): boolean;
  addSalts(salts: Readonly<Record<string, string>>): void;
  /** Adds a judged line to the batch; `offset` is where it begins in the log. */
  add(batch: LogBatch, line: LogLine, judged: Judged, offset: number): void;
};

export function logRows({ site, countryOf }: { site: SiteOfCollect; countryOf: CountryOf }): LogRows {
  const hashers = new Map<string, VisitorOf>();
  const salted = new Set<string>();
  const nobody: KnownAgent = shared(unknownAgent);
  const agents = remembered((text): KnownAgent => shared(agentOf(plain(text))));
  const targets = remembered((text): KnownTarget => {
    const { host, ...target } = targetOf(plain(text), site.domain);
    const section = target.reason === null ? site.sectionOf(target.path) : '';
    const ownHost = host === '' ? undefined : hostOf(host, site.domain);
    return { ...target, place: shared({ path: target.path, section }), landings: undefined, ownHost };
  });
  const hosts = remembered((text) => hostOf(plain(text), site.domain));
  let known = new Map<string, Landings>();
  let visitors = new Map<string, Visitors>();
  let visitorsKept = 0;
  let visitorsDay = '';
  let minute = Number.NaN;
  let minuteLocal: LocalTime = { ms: 0, time: '', date: '' };
  let local: LocalTime = minuteLocal;
  const countries = remembered(countryOf);
  const isOwnOrigin = remembered((key) => {
    const [host = '', origin = ''] = key.split(' ');
    const url = URL.parse(origin);
    return url !== null && /^https?:$/.test(url.protocol) && sameSite(url.hostname, host);
  });
  let ownHost = '';
  let ownOrigin = '';
  const facts: LineFacts = { at: 0, local: 0, status: 0, bytes: 0 };
  const judged: Judged = { reason: null, agent: nobody, target: targets('/'), host: '' };

  function landingsOf(host: string, query: string): Landings {
    const key = `${host} ${query}`;
    const found = known.get(key);
    if (found) return found;
    if (known.size > 5_000) known = new Map();
    const made = remembered((referrer) => landingOf(host, query, plain(referrer)), 10_000);
    known.set(key, made);
    return made;
  }

  /** Most pages are reached from another of the same site, and whichever it was says nothing: those count as one referrer. */
  function referrerOf(host: string, referrer: string): string {
    if (host === ownHost && referrer.startsWith(ownOrigin)) return ownOrigin;
    const end = referrer.startsWith('http') ? referrer.indexOf('/', 8) : -1;
    if (end < 0 || !isOwnOrigin(`${host} ${referrer.slice(0, end + 1)}`)) return referrer;
    [ownHost, ownOrigin] = [host, owned(referrer.slice(0, end + 1))];
    return ownOrigin;
  }

  function visitorOf(line: LogLine, agent: KnownAgent): KnownVisitor {
    const isYoung = local.ms % 86_400_000 < 30 * 60_000;
    const day = isYoung ? `${local.date} young` : local.date;
    if (day !== visitorsDay || visitorsKept > kept) {
      visitors = new Map();
      visitorsKept = 0;
      visitorsDay = day;
    }
    const ofAddress = visitors.get(line.ip);
    const known = ofAddress?.find((visitor) => visitor.agent === agent);
    if (known) return known.visitor;
    visitorsKept++;
    const country = countries(line.ip);
    const identity = { ip: line.ip, userAgent: line.userAgent ?? '', country, visitorOn: hasherOf };
    const made = { agent, visitor: shared({ ...visitorsOf(site.id, local, identity), country }) };
    if (ofAddress) ofAddress.push(made);
    else visitors.set(owned(line.ip), [made]);
    return made.visitor;
  }

  function hasherOf(date: string): VisitorOf {
    const of = hashers.get(date);
    if (!of) throw new Error(`no salt for ${date}`);
    return of;
  }

  /** Neighbouring lines share their minute, whose wall time is asked once. */
  function readTime(at: number): void {
    const start = at - (at % 60_000);
    if (start !== minute) {
      minute = start;
      minuteLocal = site.wall(start);
    }
    const ms = minuteLocal.ms + (at % 60_000);
    if (ms !== local.ms) local = { ms, date: minuteLocal.date, time: minuteLocal.time };
  }

  return {
    judge(line) {
      const agent = line.userAgent === undefined ? nobody : agents(line.userAgent);
      const target = targets(line.target);
      judged.agent = agent;
      judged.target = target;
      judged.host = target.ownHost ?? (line.host === '' ? site.domain : hosts(line.host));
      judged.reason =
        judged.host === ''
          ? 'other-site'
          : agent.bot
            ? 'bot'
            : line.method !== 'GET'
              ? 'method'
              : (statusReason(line.status) ?? target.reason);
      return judged;
    },
    local(at) {
      readTime(at);
      return local;
    },
    hasSalts: (date) => salted.has(date),
    addSalts(salts) {
      for (const [date, salt] of Object.entries(salts)) hashers.set(date, visitorUnder(Buffer.from(salt, 'base64')));
      for (const date of hashers.keys()) if (hashers.has(dayFrom(date, -1))) salted.add(date);
    },
    add(batch, line, { reason, agent, target, host }, offset) {
      readTime(line.at);
      facts.at = line.at;
      facts.local = local.ms;
      facts.status = line.status;
      facts.bytes = line.bytes;
      if (reason !== null) return batch.ignored(facts, { reason, agent, path: target.place });
      const landings =
        host === site.domain ? (target.landings ??= landingsOf(host, target.query)) : landingsOf(host, target.query);
      const landing = landings(referrerOf(host, line.referrer));
      batch.hit(facts, { offset, agent, path: target.place, landing, visitor: visitorOf(line, agent), host });
    },
  };
}

function landingOf(host: string, query: string, from: string): KnownLanding {
  const { referrer, channel, source, search_term, campaign } = acquisitionOf({ host, query, referrer: from });
  const { source: utm, medium, name, content, term } = campaign;
  return shared({
    texts: [
      referrer,
      channel,
      source,
      search_term,
      utm,
      medium,
      name,
      content,
      term,
      siteSearchOf(query),
      lineItemOf(query),
    ],
  });
}

/** Remembers answers by text. Keys are copies: a piece of a chunk would hold the whole chunk in memory. */
function remembered<T>(answer: (text: string) => T, most = kept): (text: string) => T {
  let known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= most) known = new Map();
    const key = owned(text);
    const value = answer(key);
    known.set(key, value);
    return value;
  };
}

const owned = (text: string) => Buffer.from(text, 'latin1').toString('latin1');

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A logged text as it was meant: bytes above 127 are UTF-8 where valid, else Latin-1; the server's `\"` and `\xE9` undone. */
function plain(logged: string): string {
  const bare = logged.includes('\\')
    ? logged.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, character: string | undefined) =>
        hex === undefined ? (character ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : logged;
  // oxlint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(bare)) return bare;
  try {
    return utf8.decode(Buffer.from(bare, 'latin1'));
  } catch {
    return bare;
  }
}

/** The virtual host without port when it belongs to the site (the domain or below it), else ''. */
function hostOf(logged: string, domain: string): string {
  const host = logged.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  const bare = domain.replace(/^www\./, '');
  return host === bare || host.endsWith(`.${bare}`) ? host.replace(/[^a-z0-9.-]/g, '') : '';
}
