/**
 * Lines of a log into rows: the judgements of live hits, remembered per text so that a line costs little more than reading it.
 * Rows are tab-separated (ClickHouse's TSV): half the bytes of JSON, and half the store's work.
 */
import { acquisitionOf } from './acquisition.ts';
import { type Agent, agentOf, unknownAgent } from './agent.ts';
import { type SiteOfCollect, visitorsOf } from './collect.ts';
import type { IgnoredReason } from './contract.ts';
import type { CountryOf } from './geo.ts';
import { dayFrom, type LocalTime, utcText } from './local-time.ts';
import type { LogLine } from './log-line.ts';
import { statusReason, type Target, targetOf } from './log-target.ts';
import { lineItemOf, siteSearchOf } from './row.ts';
import { visitorUnder, type VisitorOf } from './visitor.ts';

export type Judged = { reason: IgnoredReason | null; agent: KnownAgent; target: KnownTarget; host: string };
type KnownAgent = Agent & { tsv: string; machine: string };
type KnownTarget = Target & { path_tsv: string; section_tsv: string; landings: Landings };
/** The columns of a landing by referrer as logged. */
type Landings = (referrer: string) => string;
type Visitor = { agent: KnownAgent; tsv: string };

const kept = 50_000;

/** The columns of the rows, in their order. */
export const importColumns = {
  hits: (
    'org_id site_id at local_time local_date status bytes hit_id visitor visitor_before country name hostname path section_id ' +
    'referrer channel source search_term utm_source utm_medium utm_campaign utm_content utm_term site_search line_item_id ' +
    'device brand browser browser_version os os_version origin'
  ).split(' '),
  ignored_hits: 'org_id site_id at local_time local_date status bytes reason name category path origin'.split(' '),
} as const;

export type LogRows = {
  judge(line: LogLine): Judged;
  local(at: number): LocalTime;
  /** Whether the salts that a day's visitors need are there: its own and that of the day before. */
  hasSalts(date: string): boolean;
  addSalts(salts: Readonly<Record<string, string>>): void;
  /** The row of a judged line, without its newline: of `hits` where it counts, else of `ignored_hits`. */
  row(line: LogLine, judged: Judged, hitId: string): string;
};

export function logRows({ site, countryOf }: { site: SiteOfCollect; countryOf: CountryOf }): LogRows {
  const hashers = new Map<string, VisitorOf>();
  const salted = new Set<string>();
  const columnsOfSite = tsv([site.org_id, site.id]);
  const nobody = knownAgent(unknownAgent);
  const agents = remembered((text) => knownAgent(agentOf(plain(text))));
  const targets = remembered((text): KnownTarget => {
    const target = targetOf(plain(text), site.domain);
    return {
      ...target,
      path_tsv: escaped(target.path),
      section_tsv: escaped(target.reason === null ? site.sectionOf(target.path) : ''),
      landings: landingsOf(site.domain, target.query),
    };
  });
  const hosts = remembered((text) => hostOf(plain(text), site.domain));
  let landings = new Map<string, Landings>();
  let visitors = new Map<string, Visitor[]>();
  let visitorsKept = 0;
  let visitorsDay = '';
  let minute = Number.NaN;
  let minuteLocal: LocalTime = { ms: 0, time: '', date: '' };
  let minuteUtc = '';
  let second = Number.NaN;
  let secondLocal = minuteLocal;
  let secondTsv = '';

  function landingsOf(host: string, query: string): Landings {
    const key = `${host} ${query}`;
    const known = landings.get(key);
    if (known) return known;
    if (landings.size > 5_000) landings = new Map();
    const made = remembered((referrer) => landingTsv(host, query, plain(referrer)), 10_000);
    landings.set(key, made);
    return made;
  }

  function visitorOf(line: LogLine, agent: KnownAgent): Visitor {
    const isYoung = secondLocal.ms % 86_400_000 < 30 * 60_000;
    const day = `${secondLocal.date}${isYoung ? ' young' : ''}`;
    if (day !== visitorsDay || visitorsKept > kept) {
      visitors = new Map();
      visitorsKept = 0;
      visitorsDay = day;
    }
    const ofAddress = visitors.get(line.ip);
    const known = ofAddress?.find((visitor) => visitor.agent === agent);
    if (known) return known;
    visitorsKept++;
    const country = countryOf(line.ip);
    const identity = { ip: line.ip, userAgent: line.userAgent ?? '', country, visitorOn: hasherOf };
    const { visitor, visitorBefore } = visitorsOf(site.id, secondLocal, identity);
    const made = { agent, tsv: `${visitor}\t${visitorBefore}\t${country}` };
    if (ofAddress) ofAddress.push(made);
    else visitors.set(owned(line.ip), [made]);
    return made;
  }

  function hasherOf(date: string): VisitorOf {
    const of = hashers.get(date);
    if (!of) throw new Error(`no salt for ${date}`);
    return of;
  }

  function readMinute(at: number): void {
    const start = at - (at % 60_000);
    if (start === minute) return;
    minute = start;
    minuteLocal = site.wall(start);
    minuteUtc = utcText(start).slice(0, 17);
  }

  /** Neighbouring lines share their second, which is written out once. */
  function readSecond(at: number): void {
    if (at === second) return;
    readMinute(at);
    second = at;
    const seconds = secondsOf(at);
    const time = minuteLocal.time.slice(0, 17) + seconds;
    secondLocal = { ms: minuteLocal.ms + (at % 60_000), date: minuteLocal.date, time };
    const fraction = String(at % 1000).padStart(3, '0');
    secondTsv = `${columnsOfSite}\t${minuteUtc}${seconds}.${fraction}\t${time}\t${minuteLocal.date}\t`;
  }

  return {
    judge(line) {
      const host = line.host === '' ? site.domain : hosts(line.host);
      const agent = line.userAgent === undefined ? nobody : agents(line.userAgent);
      const target = targets(line.target);
      const reason: IgnoredReason | null =
        host === ''
          ? 'other-site'
          : agent.bot
            ? 'bot'
            : line.method !== 'GET'
              ? 'method'
              : (statusReason(line.status) ?? target.reason);
      return { reason, agent, target, host };
    },
    local(at) {
      readSecond(at);
      return secondLocal;
    },
    hasSalts: (date) => salted.has(date),
    addSalts(salts) {
      for (const [date, salt] of Object.entries(salts)) hashers.set(date, visitorUnder(Buffer.from(salt, 'base64')));
      for (const date of hashers.keys()) if (hashers.has(dayFrom(date, -1))) salted.add(date);
    },
    row(line, { reason, agent, target, host }, hitId) {
      readSecond(line.at);
      const start = `${secondTsv}${line.status}\t${line.bytes}\t`;
      if (reason !== null)
        return `${start}${reason}\t${reason === 'bot' ? agent.machine : '\t'}\t${target.path_tsv}\timport`;
      const landingsOfHost = host === site.domain ? target.landings : landingsOf(host, target.query);
      return (
        `${start}${hitId}\t${visitorOf(line, agent).tsv}\tpageview\t${host}\t${target.path_tsv}\t${target.section_tsv}\t` +
        `${landingsOfHost(line.referrer)}\t${agent.tsv}\timport`
      );
    },
  };
}

function secondsOf(at: number): string {
  const seconds = Math.floor((at % 60_000) / 1000);
  return seconds < 10 ? `0${seconds}` : String(seconds);
}

function knownAgent(agent: Agent): KnownAgent {
  const { type, brand, browser, browser_version, os, os_version } = agent.device;
  return {
    ...agent,
    tsv: tsv([type, brand, browser, browser_version, os, os_version]),
    machine: agent.bot ? tsv([agent.bot.name, agent.bot.category]) : '\t',
  };
}

function landingTsv(host: string, query: string, from: string): string {
  const { referrer, channel, source, search_term, campaign } = acquisitionOf({ host, query, referrer: from });
  const { source: utm, medium, name, content, term } = campaign;
  return tsv([
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
  ]);
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };

// oxlint-disable-next-line no-control-regex
const escaped = (text: string) => text.replace(/[\\\t\n\r\0]/g, (character) => escapes[character] ?? character);

const tsv = (values: readonly string[]) => values.map(escaped).join('\t');

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
