/** Lines of a log into rows: the judgements of live hits, remembered per text so that a line costs little more than reading it. */
import { type Agent, agentOf, unknownAgent } from './agent.ts';
import { type SiteOfCollect, visitorsOf } from './collect.ts';
import type { IgnoredReason } from './contract.ts';
import type { CountryOf } from './geo.ts';
import { dayFrom, type LocalTime, utcText } from './local-time.ts';
import type { LogLine } from './log-line.ts';
import { statusReason, type Target, targetOf } from './log-target.ts';
import { landingColumns } from './row.ts';
import { visitorUnder, type VisitorOf } from './visitor.ts';

export type Judged = { reason: IgnoredReason | null; agent: Agent; target: KnownTarget; host: string };
type KnownTarget = Target & { columns: string };
type Visitor = { columns: string };

const kept = 50_000;

export type LogRows = {
  judge(line: LogLine): Judged;
  local(at: number): LocalTime;
  /** Whether the salts that a day's visitors need are there: its own and that of the day before. */
  hasSalts(date: string): boolean;
  addSalts(salts: Readonly<Record<string, string>>): void;
  /** The journal line of a judged line of the log. */
  row(line: LogLine, judged: Judged, local: LocalTime, hitId: string): string;
};

export function logRows({ site, countryOf }: { site: SiteOfCollect; countryOf: CountryOf }): LogRows {
  const hashers = new Map<string, VisitorOf>();
  const salted = new Set<string>();
  const agents = remembered((text) => agentOf(plain(text)));
  const targets = remembered((text): KnownTarget => {
    const target = targetOf(plain(text), site.domain);
    const section = target.reason === null ? site.sectionOf(target.path) : '';
    return {
      ...target,
      columns: `,"path":${JSON.stringify(target.path)}${section === '' ? '' : `,"section_id":${JSON.stringify(section)}`}`,
    };
  });
  const referrers = remembered(plain);
  const hosts = remembered((text) => hostOf(plain(text), site.domain));
  const countries = remembered((ip) => countryOf(ip));
  let visitors = new Map<string, Visitor>();
  let visitorsDay = '';
  let minute = Number.NaN;
  let minuteLocal: LocalTime = { ms: 0, time: '', date: '' };
  let minuteUtc = '';

  function visitorOf(line: LogLine, local: LocalTime): Visitor {
    const isYoung = local.ms % 86_400_000 < 30 * 60_000;
    const day = `${local.date}${isYoung ? ' young' : ''}`;
    if (day !== visitorsDay || visitors.size > kept) {
      visitors = new Map();
      visitorsDay = day;
    }
    const key = `${line.ip} ${line.userAgent ?? ''}`;
    const known = visitors.get(key);
    if (known) return known;
    const country = countries(line.ip);
    const identity = { ip: line.ip, userAgent: line.userAgent ?? '', country, visitorOn: hasherOf };
    const { visitor, visitorBefore } = visitorsOf(site.id, local, identity);
    const columns = `,"visitor":"${visitor}"${visitorBefore === '0' ? '' : `,"visitor_before":"${visitorBefore}"`}${country === '' ? '' : `,"country":"${country}"`}`;
    visitors.set(owned(key), { columns });
    return { columns };
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

  const secondsOf = (at: number) => {
    const seconds = Math.floor((at % 60_000) / 1000);
    return seconds < 10 ? `0${seconds}` : String(seconds);
  };

  return {
    judge(line) {
      const host = line.host === '' ? site.domain : hosts(line.host);
      const agent = line.userAgent === undefined ? unknownAgent : agents(line.userAgent);
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
      readMinute(at);
      return {
        ms: minuteLocal.ms + (at % 60_000),
        date: minuteLocal.date,
        time: `${minuteLocal.time.slice(0, 17)}${secondsOf(at)}`,
      };
    },
    hasSalts: (date) => salted.has(date),
    addSalts(salts) {
      for (const [date, salt] of Object.entries(salts)) hashers.set(date, visitorUnder(Buffer.from(salt, 'base64')));
      for (const date of hashers.keys()) if (hashers.has(dayFrom(date, -1))) salted.add(date);
    },
    row(line, { reason, agent, target, host }, local, hitId) {
      readMinute(line.at);
      const when =
        `${site.columns},"at":"${minuteUtc}${secondsOf(line.at)}.000","local_time":"${local.time}","local_date":"${local.date}"` +
        `,"status":${line.status},"bytes":${line.bytes}`;
      if (reason !== null) {
        const who =
          reason === 'bot' && agent.bot
            ? `,"name":${JSON.stringify(agent.bot.name)},"category":"${agent.bot.category}"`
            : '';
        return `{"t":"ignored_hits","r":{${when},"reason":"${reason}"${who}${target.columns},"origin":"import"}}`;
      }
      return (
        `{"t":"hits","r":{${when},"hit_id":"${hitId}"${visitorOf(line, local).columns},"name":"pageview","hostname":"${host}"` +
        `${target.columns}${landingColumns(host, target.query, referrers(line.referrer))}${agent.columns},"origin":"import"}}`
      );
    },
  };
}

/** Remembers answers by text. Keys are copies: a piece of a chunk would hold the whole chunk in memory. */
function remembered<T>(answer: (text: string) => T): (text: string) => T {
  let known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= kept) known = new Map();
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
