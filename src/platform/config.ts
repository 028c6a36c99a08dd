/** Every setting of Vigie, with its default and one sentence. The only file that reads `process.env`. */
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const Port = z
  .string()
  .trim()
  .regex(/^\d+$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.int().min(0).max(65_535));

const WebAddress = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

const ProxyList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .refine((list) => list.every(isProxy), 'addresses or CIDR blocks, comma separated');

const isProxy = (text: string) => /^(loopback|linklocal|uniquelocal)$/.test(text) || isBlock(text);

function isBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  return (
    version !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  );
}

const settings = {
  /** Folder of everything Vigie keeps: relational data, events, files, journals, secrets. */
  VIGIE_DATA: z.string().min(1).default('.vigie'),
  /** Port of the web app and the API. */
  VIGIE_PORT: Port.prefault('4000'),
  /** Port of the public side: tags, decisions, beacons, collect. */
  VIGIE_EDGE_PORT: Port.prefault('4001'),
  /** Address both servers listen on. */
  VIGIE_HOST: z.string().default('127.0.0.1'),
  /** Public address of the web app, as people type it; used in e-mails and for the origin check. */
  VIGIE_URL: WebAddress.optional(),
  /** Public address of the edge, as pages load it. */
  VIGIE_EDGE_URL: WebAddress.optional(),
  /** PostgreSQL to use instead of the embedded one, `postgres://…`. */
  VIGIE_POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/, hostname: /.*/ }).optional(),
  /** ClickHouse to use instead of the embedded chDB, `http://user:password@host:8123/database`. */
  VIGIE_CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Valkey or Redis (6.2 or newer) through which several edges share their counters, `redis://[user:password@]host:6379[/database]`, `rediss://` with TLS. */
  VIGIE_VALKEY_URL: z.url({ protocol: /^(redis|valkey)s?$/, hostname: /.*/ }).optional(),
  /** Mail server, `smtp://user:password@host:587`; without it no e-mail leaves. */
  VIGIE_SMTP_URL: z.url().optional(),
  /** Master secret from which signing keys derive; made and kept in the data folder when absent. */
  VIGIE_SECRET: z.string().min(32).optional(),
  /** Addresses of proxies whose X-Forwarded-For is believed, comma separated (addresses or CIDR). */
  VIGIE_TRUSTED_PROXIES: ProxyList.default([]),
  /** `1` lets callers with a key say at what time a decision or a hit happens. */
  VIGIE_SIMULATED_TIME: z.enum(['0', '1']).default('0'),
  /** A fuller MaxMind-format database (country, region, city) than the one that ships. */
  VIGIE_GEO_DB: z.string().optional(),
  /** File of the address ranges of data centres, a CIDR a line, instead of the list that ships; `none` for no list. Ad events from there are kept apart as invalid. */
  VIGIE_DATA_CENTRES: z.string().optional(),
  /** `1` counts bursts of clicks by public address and program too, where no identifier tells readers apart. Many share one: off unless said. */
  VIGIE_CLICK_BURSTS_BY_ADDRESS: z.enum(['0', '1']).default('0'),
  /** The operator's number in IAB Europe's Global Vendor List: TCF strings must then name it as well. */
  VIGIE_TCF_VENDOR: z.coerce.number().int().min(1).max(65_535).optional(),
  /** Purposes of the TCF that the operator claims by legitimate interest, comma separated: 2 (basic ads), 7 (measuring them). */
  VIGIE_TCF_LEGITIMATE_INTERESTS: z
    .string()
    .regex(/^(|[27](,[27])*)$/, 'takes 2 and 7, comma separated: the others take consent')
    .default(''),
  /** Months for which raw audience facts are kept (CNIL's exemption: at most 25). */
  VIGIE_RETENTION_MONTHS: z.coerce.number().int().min(1).max(120).default(25),
  /** Days for which the random key of an imported past day is kept: logs of that day that come later give other visitors. */
  VIGIE_IMPORT_SALT_DAYS: z.coerce.number().int().min(2).max(31).default(7),
  /** Key file (JSON) of a Google service account that may read Search Console. */
  VIGIE_SEARCH_CONSOLE_KEY: z.string().optional(),
  /** debug, info, warn or error. */
  VIGIE_LOG: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** `1` makes the sample publisher at the first start (`vigie start --sample`). */
  VIGIE_SAMPLE: z.enum(['0', '1']).default('0'),
  /** Set by the supervisor for its children: what processes of one installation show each other. */
  VIGIE_INTERNAL_SECRET: z.string().optional(),
};

const Settings = z.object(settings);

export type Config = {
  data: string;
  host: string;
  port: number;
  edgePort: number;
  url: string;
  edgeUrl: string;
  postgresUrl: string | undefined;
  clickhouseUrl: string | undefined;
  valkeyUrl: string | undefined;
  smtpUrl: string | undefined;
  secret: string | undefined;
  trustedProxies: string[];
  simulatedTime: boolean;
  geoDb: string | undefined;
  dataCentres: string | undefined;
  clickBurstsByAddress: boolean;
  searchConsoleKey: string | undefined;
  tcf: { vendor: number | undefined; legitimateInterests: readonly number[] };
  retentionMonths: number;
  importSaltDays: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  sample: boolean;
  internalSecret: string | undefined;
  /** A path inside the data folder. */
  at: (...parts: string[]) => string;
};

/**
 * Reads the settings from the environment, `given` (command-line options) going first.
 * Throws an Error whose message names the setting that is wrong.
 */
export function readConfig(given: Partial<Record<keyof typeof settings, string>> = {}): Config {
  const seen = Settings.safeParse({ ...pickSet(process.env), ...pickSet(given) });
  if (!seen.success) {
    const issue = seen.error.issues[0];
    throw new Error(`${String(issue?.path[0])}: ${issue?.message}`);
  }
  const s = seen.data;
  const data = resolve(s.VIGIE_DATA);
  const shown =
    s.VIGIE_HOST === '0.0.0.0' || s.VIGIE_HOST === '::'
      ? 'localhost'
      : isIP(s.VIGIE_HOST) === 6
        ? `[${s.VIGIE_HOST}]`
        : s.VIGIE_HOST;
  return {
    data,
    host: s.VIGIE_HOST,
    port: s.VIGIE_PORT,
    edgePort: s.VIGIE_EDGE_PORT,
    url: s.VIGIE_URL ?? `http://${shown}:${s.VIGIE_PORT}`,
    edgeUrl: s.VIGIE_EDGE_URL ?? `http://${shown}:${s.VIGIE_EDGE_PORT}`,
    postgresUrl: s.VIGIE_POSTGRES_URL,
    clickhouseUrl: s.VIGIE_CLICKHOUSE_URL,
    valkeyUrl: s.VIGIE_VALKEY_URL,
    smtpUrl: s.VIGIE_SMTP_URL,
    secret: s.VIGIE_SECRET,
    trustedProxies: s.VIGIE_TRUSTED_PROXIES,
    simulatedTime: s.VIGIE_SIMULATED_TIME === '1',
    geoDb: s.VIGIE_GEO_DB,
    dataCentres: s.VIGIE_DATA_CENTRES,
    clickBurstsByAddress: s.VIGIE_CLICK_BURSTS_BY_ADDRESS === '1',
    searchConsoleKey: s.VIGIE_SEARCH_CONSOLE_KEY,
    tcf: {
      vendor: s.VIGIE_TCF_VENDOR,
      legitimateInterests: s.VIGIE_TCF_LEGITIMATE_INTERESTS.split(',').filter(Boolean).map(Number),
    },
    retentionMonths: s.VIGIE_RETENTION_MONTHS,
    importSaltDays: s.VIGIE_IMPORT_SALT_DAYS,
    logLevel: s.VIGIE_LOG,
    sample: s.VIGIE_SAMPLE === '1',
    internalSecret: s.VIGIE_INTERNAL_SECRET,
    at: (...parts) => join(data, ...parts),
  };
}

function pickSet(source: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).filter((entry): entry is [string, string] => entry[0] in settings && !!entry[1]),
  );
}
