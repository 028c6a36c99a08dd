/** What a creative does in a browser, from a record of its run: verdicts without a browser. */
import type { CreativeCheck } from './contract.ts';
import type { FormatLimits } from './checks.ts';
import { check, heavyAds, limits } from './quality.ts';

/** A run of 30 seconds of the page's own time. Bytes as they travel. */
export type Run = {
  requests: { url: string; host: string; bytes: number; isInitial: boolean; isOwn: boolean; isFailed: boolean }[];
  errors: string[];
  cookies: string[];
  /** Seconds of the main thread. */
  cpu_s: number;
  /** Whether something still moved after 30 seconds. */
  movesAfter30: boolean;
  isBlank: boolean;
};

const kb = (bytes: number) => Math.ceil(bytes / 1024);

export function renderChecks(run: Run, size: string, formats: readonly FormatLimits[]): CreativeCheck[] {
  const sum = (isInitial: boolean) =>
    run.requests.filter((one) => one.isInitial === isInitial).reduce((total, { bytes }) => total + bytes, 0);
  const same = formats.filter(({ width, height }) => size === `${width}x${height}`);
  const initialLimit = smallest(same.map(({ max_initial_kb }) => max_initial_kb));
  const laterLimit = smallest(same.map(({ max_subload_kb }) => max_subload_kb));
  const initial = run.requests.filter(({ isInitial }) => isInitial).length;
  const total = sum(true) + sum(false);
  const hosts = [...new Set(run.requests.filter(({ isOwn }) => !isOwn).map(({ host }) => host))];
  const failed = run.requests.filter(({ isFailed }) => isFailed).map(({ url }) => url.slice(0, 80));
  const within = (
    code: CreativeCheck['code'],
    measured: number,
    limit: number | undefined,
    how: { unit: string; what: string; source: string; advice: string; level?: 'failed' | 'warning' },
  ): CreativeCheck[] =>
    limit === undefined
      ? []
      : [
          check(
            code,
            measured <= limit ? 'ok' : (how.level ?? 'failed'),
            measured <= limit
              ? `${how.what}: ${measured} ${how.unit}.`.replace(' .', '.')
              : `${how.what}: ${measured} ${how.unit}, more than ${limit}.`,
            {
              measured: `${measured} ${how.unit}`.trim(),
              limit: `${limit} ${how.unit}`.trim(),
              source: how.source,
              ...(measured <= limit ? {} : { advice: how.advice }),
            },
          ),
        ];
  const format = 'Format of the publisher, after the IAB New Ad Portfolio';
  return [
    ...within('load_weight', kb(sum(true)), initialLimit, {
      unit: 'kB',
      what: 'Loaded at first',
      source: format,
      advice: 'Compress the pictures, load the rest after the page.',
    }),
    ...within('subload_weight', kb(sum(false)), laterLimit, {
      unit: 'kB',
      what: 'Loaded afterwards',
      source: format,
      advice: 'Load less after the page.',
    }),
    ...within('requests', initial, limits.requests, {
      unit: '',
      what: 'Requests at first',
      source: 'IAB New Ad Portfolio (2017)',
      advice: 'Put files together.',
      level: 'warning',
    }),
    ...within('network', kb(total), limits.network_bytes / 1024, {
      unit: 'kB',
      what: 'Loaded in all',
      source: heavyAds,
      advice: 'Chrome takes an ad away that loads more.',
    }),
    ...within('cpu', Math.round(run.cpu_s * 10) / 10, limits.cpu_s, {
      unit: 's',
      what: 'Main thread in 30 s',
      source: heavyAds,
      advice: 'Draw less often, animate with CSS.',
    }),
    hosts.length === 0
      ? check('third_parties', 'ok', 'Nobody else is asked for anything.')
      : check('third_parties', 'warning', `Loads from ${hosts.slice(0, 5).join(', ')}.`, {
          measured: String(hosts.length),
          advice: 'An HTML5 creative brings its files along; what it loads from elsewhere is blocked when served.',
        }),
    failed.length === 0
      ? check('broken_requests', 'ok', 'Every file it asks for is there.')
      : check('broken_requests', 'failed', `Could not be loaded: ${failed.slice(0, 3).join(', ')}.`, {
          measured: String(failed.length),
          limit: '0',
          advice: 'Put the file into the zip under that very name.',
        }),
    run.errors.length === 0
      ? check('console_errors', 'ok', 'No script error.')
      : check('console_errors', 'failed', `Script error: ${run.errors[0]?.slice(0, 160).replace(/\.+$/, '')}.`, {
          measured: String(run.errors.length),
          limit: '0',
          advice: 'Correct the script; it may show nothing to some readers.',
        }),
    run.cookies.length === 0
      ? check('cookies', 'ok', 'No cookie is set.')
      : check('cookies', 'failed', `Cookies are set: ${run.cookies.slice(0, 3).join(', ')}.`, {
          measured: String(run.cookies.length),
          limit: '0',
          source: 'Directive 2002/58/EC, article 5(3)',
          advice: 'Nothing may be stored before the reader consents.',
        }),
    run.movesAfter30
      ? check('animation', 'failed', 'Something still moves after 30 s.', {
          limit: '30 s',
          source: 'Google Ads HTML5 requirements',
          advice: 'End every animation and loop within 30 s.',
        })
      : check('animation', 'ok', 'Nothing moves after 30 s.', {
          limit: '30 s',
          source: 'Google Ads HTML5 requirements',
        }),
    run.isBlank
      ? check('blank', 'failed', 'Nothing is to be seen.', {
          advice: 'Open the page by itself: a file may be missing.',
        })
      : check('blank', 'ok', 'Something is to be seen.'),
  ];
}

const smallest = (values: readonly (number | null)[]): number | undefined => {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : undefined;
};
