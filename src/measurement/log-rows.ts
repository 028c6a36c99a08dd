/**
 * Lines of a log into rows: the judgements of live hits, remembered per text so that a line costs little more than reading it.
 */
import { acquisitionOf } from './acquisition.ts';
import { sameSite } from './referral.ts';
import { type Agent, agentOf, unknownAgent } from './agent.ts';
import { type SiteOfCollect, visitorsOf } from './collect.ts';
import type { IgnoredReason } from './contract.ts';
import { type Geo, placeFound } from './geo.ts';
import { dayFrom, type LocalTime } from './local-time.ts';
import type { KnownAgent, KnownLanding, KnownPath, KnownVisitor, LineFacts, LogBatch } from './log-batch.ts';
import { shared } from './log-batch.ts';
import type { LineBytes } from './log-bytes.ts';
import { isHost } from './log-line.ts';
import { statusReason, type Target, targetOf } from './log-target.ts';
import { lineItemOf, siteSearchOf } from './row.ts';
import { textTable } from './text-table.ts';
import { visitorUnder, type VisitorOf } from './visitor.ts';

export type Judged = { reason: IgnoredReason | null; agent: LoggedAgent; target: KnownTarget; host: string };
/** With the text as logged, of which a visitor is made, and a number. */
type LoggedAgent = KnownAgent & { logged: string; number: number };
type KnownTarget = Omit<Target, 'host'> & {
  place: KnownPath;
  /** Of its landings on the site's own domain. */
  landing: Landing;
  /** Of a target that is a whole address: its host within the site, `''` when it is another's; else undefined. */
  ownHost: string | undefined;
};
/** What a landing is made of but for its referrer. The landing from the site itself is kept with it: most are. */
type Landing = { host: string; query: string; number: number; internal: KnownLanding | undefined };
type LoggedHost = { isHost: boolean; own: string };

/** Visitors of a day, and landings from elsewhere, that are remembered. */
const visitorsKept = 100_000;
const queriesKept = 20_000;

export type LogRows = {
  /** What the line is; the answer holds until the next call. */
  judge(line: LineBytes): Judged;
  /** Whether the word at the line's host is the name of one. */
  isHost(line: LineBytes): boolean;
  local(at: number): LocalTime;
  /** Whether the salts that a day's visitors need are there: its own and that of the day before. */
  hasSalts(date: string): boolean;
  addSalts(salts: Readonly<Record<string, string>>): void;
  /** Adds a judged line to the batch; `offset` is where it begins in the log. */
  add(batch: LogBatch, line: LineBytes, judged: Judged, offset: number): void;
};

export function logRows({ site, geo }: { site: SiteOfCollect; geo: Geo }): LogRows {
  const hashers = new Map<string, VisitorOf>();
  const salted = new Set<string>();
  let agentsMet = 0;
  const loggedAgent = (agent: Agent, logged: string): LoggedAgent => ({
    ...shared(agent),
    logged,
    number: agentsMet++,
  });
  const nobody = loggedAgent(unknownAgent, '');
  const agents = textTable((text) => loggedAgent(agentOf(plain(text)), text));
  const targets = textTable((text): KnownTarget => {
    const { host, ...target } = targetOf(plain(text), site.domain);
    const section = target.reason === null ? site.sectionOf(target.path) : '';
    const ownHost = host === '' ? undefined : hostOf(host, site.domain);
    const landing = landingOn(site.domain, target.reason === null ? target.query : '');
    return { ...target, place: shared({ path: target.path, section }), landing, ownHost };
  });
  const hosts = textTable((text): LoggedHost => ({ isHost: isHost(text), own: hostOf(plain(text), site.domain) }));
  let landingsBegun = new Map<string, Landing>();
  let landingsMet = 0;
  let landing: Landing;
  const landings = textTable((referrer) => landingOf(landing.host, landing.query, plain(referrer)));
  let visitorsDay = '';
  let agent: LoggedAgent = nobody;
  let reading: LineBytes;
  const places = textTable((ip) => ({ country: geo.countryOf(ip), ...placeFound(ip, geo) }));
  const visitors = textTable(
    (ip): KnownVisitor => {
      const { country, region = '', city = '' } = places.of(reading.view, reading.ip, reading.ipEnd);
      const identity = { ip, userAgent: agent.logged, country, visitorOn: hasherOf };
      const { visitor, visitorBefore } = visitorsOf(site.id, local, identity);
      const [low, high] = halvesOf(visitor);
      const [lowBefore, highBefore] = visitorBefore === '0' ? [0, 0] : halvesOf(visitorBefore);
      return { low, high, lowBefore, highBefore, country, region, city, batch: -1, place: 0 };
    },
    { most: visitorsKept },
  );
  let minute = Number.NaN;
  let minuteLocal: LocalTime = { ms: 0, time: '', date: '' };
  let local: LocalTime = minuteLocal;
  const origins = new Map<string, boolean>();
  let ownHost = '';
  let ownOrigin = Buffer.alloc(0);
  const facts: LineFacts = { at: 0, local: 0, status: 0, bytes: 0 };
  const judged: Judged = { reason: null, agent: nobody, target: targetOfText('/'), host: '' };

  function targetOfText(text: string): KnownTarget {
    const bytes = Buffer.from(text);
    return targets.of(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
  }

  function landingOn(host: string, query: string): Landing {
    const key = `${host} ${query}`;
    const found = landingsBegun.get(key);
    if (found) return found;
    if (landingsBegun.size >= queriesKept) landingsBegun = new Map();
    const made = { host, query, number: landingsMet++, internal: undefined };
    landingsBegun.set(key, made);
    return made;
  }

  /** Most pages are reached from another of the same site, and whichever it was says nothing: those count as one referrer. */
  function isInternal({ bytes, referrer, referrerEnd }: LineBytes, host: string): boolean {
    if (host === ownHost && startsWith(bytes, referrer, referrerEnd, ownOrigin)) return true;
    if (referrerEnd - referrer < 9 || bytes[referrer] !== 0x68) return false;
    const path = bytes.indexOf(0x2f, referrer + 8);
    if (path < 0 || path >= referrerEnd || !isOwnOrigin(host, bytes.toString('latin1', referrer, path + 1)))
      return false;
    ownHost = host;
    ownOrigin = Buffer.from(bytes.subarray(referrer, path + 1));
    return true;
  }

  function isOwnOrigin(host: string, origin: string): boolean {
    const key = `${host} ${origin}`;
    const known = origins.get(key);
    if (known !== undefined) return known;
    if (origins.size >= queriesKept) origins.clear();
    const url = URL.parse(origin);
    const isOwn = url !== null && /^https?:$/.test(url.protocol) && sameSite(url.hostname, host);
    origins.set(key, isOwn);
    return isOwn;
  }

  function landingFor(line: LineBytes, host: string, target: KnownTarget): KnownLanding {
    landing = host === site.domain ? target.landing : landingOn(host, target.query);
    if (!isInternal(line, host)) return landings.of(line.view, line.referrer, line.referrerEnd, landing.number);
    return (landing.internal ??= landingOf(host, landing.query, ownOrigin.toString('latin1')));
  }

  function visitorOf(line: LineBytes): KnownVisitor {
    const isYoung = local.ms % 86_400_000 < 30 * 60_000;
    const day = isYoung ? `${local.date} young` : local.date;
    if (day !== visitorsDay) {
      visitors.clear();
      visitorsDay = day;
    }
    reading = line;
    return visitors.of(line.view, line.ip, line.ipEnd, agent.number);
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
      const { view } = line;
      agent = line.agent < 0 ? nobody : agents.of(view, line.agent, line.agentEnd);
      const target = targets.of(view, line.target, line.targetEnd);
      judged.agent = agent;
      judged.target = target;
      judged.host =
        target.ownHost ?? (line.host === line.hostEnd ? site.domain : hosts.of(view, line.host, line.hostEnd).own);
      judged.reason =
        judged.host === ''
          ? 'other-site'
          : agent.bot
            ? 'bot'
            : line.isGet
              ? (statusReason(line.status) ?? target.reason)
              : 'method';
      return judged;
    },
    isHost: (line) => hosts.of(line.view, line.host, line.hostEnd).isHost,
    local(at) {
      readTime(at);
      return local;
    },
    hasSalts: (date) => salted.has(date),
    addSalts(salts) {
      for (const [date, salt] of Object.entries(salts)) hashers.set(date, visitorUnder(Buffer.from(salt, 'base64')));
      for (const date of hashers.keys()) if (hashers.has(dayFrom(date, -1))) salted.add(date);
    },
    add(batch, line, { reason, target, host }, offset) {
      readTime(line.at);
      facts.at = line.at;
      facts.local = local.ms;
      facts.status = line.status;
      facts.bytes = line.size;
      if (reason !== null) return batch.ignored(facts, { reason, agent, path: target.place });
      const arrived = landingFor(line, host, target);
      batch.hit(facts, { offset, agent, path: target.place, landing: arrived, visitor: visitorOf(line), host });
    },
  };
}

/** The 64 bits of a decimal text. */
function halvesOf(hash: string): [low: number, high: number] {
  const bits = BigInt(hash);
  return [Number(bits & 0xffff_ffffn), Number(bits >> 32n)];
}

function startsWith(bytes: Buffer, start: number, end: number, text: Buffer): boolean {
  if (end - start < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
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
