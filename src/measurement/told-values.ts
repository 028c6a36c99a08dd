/**
 * Values that are read from the columns of visits and hits rather than stored in one: classes of numbers, the clock, and what
 * automatic events tell. Questions and the figures added up beforehand take them from here, so they are the same.
 */

/** Columns that hits and visits share: they belong to the visitor's machine and do not change within a visit. */
export const machineColumns = [
  'country',
  'region',
  'city',
  'device',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'language',
  'brand',
] as const;
/** Columns that only a whole visit knows: how it came, and its two ends. */
export const arrivalColumns = [
  'source',
  'channel',
  'referrer',
  'search_term',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'entry_page',
  'exit_page',
] as const;

/** Names of the classes, in the order in which people read them. */
export const screens = ['< 576 px', '576–991 px', '992–1439 px', '≥ 1440 px'] as const;
export const depths = ['0', '1', '2', '3', '4', '5', '6–9', '10–19', '20+'] as const;
export const durations = ['0–9 s', '10–29 s', '30–59 s', '1–2 min', '3–9 min', '10–29 min', '30+ min'] as const;

/** The class of a number as the arms of a multiIf: below the first bound the first name, and so on. */
export function classOf(value: string, bounds: readonly number[], names: readonly string[]): string {
  const arms = bounds.map((bound, i) => `${value} < ${bound}, '${names[i]}'`);
  return `${arms.join(', ')}, '${names.at(-1)}'`;
}

export const screenOf = (width: string): string =>
  `multiIf(${width} = 0, '', ${classOf(width, [576, 992, 1440], screens)})`;
export const depthOf = (pages: string): string => `multiIf(${classOf(pages, [1, 2, 3, 4, 5, 6, 10, 20], depths)})`;
export const durationOf = (ms: string): string =>
  `multiIf(${classOf(ms, [10_000, 30_000, 60_000, 180_000, 600_000, 1_800_000], durations)})`;

/** Hour and weekday (1: Monday) of a wall clock. */
export const clockOf = (time: string): { hour: string; weekday: string } => ({
  hour: `leftPad(toString(toHour(${time})), 2, '0')`,
  weekday: `toString(toDayOfWeek(${time}))`,
});

/** Names of the events that trackers send by themselves, ours and Plausible's by one name, Matomo's by another. */
export const automatic = {
  outbound: ['Outbound Link: Click', 'outbound link'],
  download: ['File Download', 'download'],
  form: ['Form: Submission'],
  missing: ['404'],
  search: ['site search'],
} as const;

/** Whether a hit is an automatic event of a kind. */
export const isAutomatic = (what: keyof typeof automatic): string =>
  `name in (${automatic[what].map((one) => `'${one}'`).join(', ')})`;

/** An address that was followed, host and path: rows of earlier versions may hold its query, which may name a person. As `keptProps`. */
const followed = `replaceRegexpOne(cutQueryStringAndFragment(props['url']), '^(?i)(https?://)[^/@]*@', '\\\\1')`;

/** What a hit tells of an act on the page; empty where it is no such act. */
export const acts = {
  site_search: `if(name = 'pageview', site_search, if(name = 'site search', props['term'], ''))`,
  outbound_link: `if(${isAutomatic('outbound')}, ${followed}, '')`,
  download: `if(${isAutomatic('download')}, ${followed}, '')`,
  form: `if(${isAutomatic('form')}, if(props['form'] = '', props['path'], concat(props['path'], '#', props['form'])), '')`,
  not_found: `if(${isAutomatic('missing')}, path, '')`,
} as const;
