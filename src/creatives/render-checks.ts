/** What a creative does in a browser, from a record of its run: verdicts without a browser. */
import type { CreativeCheck } from './contract.ts';
import type { FullLimits } from './limits.ts';
import type { Look } from './look.ts';
import { lookChecks } from './picture-checks.ts';
import { check, measuredWithin, sources } from './verdict.ts';
import type { Shape } from './witness-script.ts';

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
  /** Stores it tried to use. */
  storage: string[];
  /** Calls of document.write, and sounds that began by themselves. */
  writes: number;
  sounds: number;
  consentAsked: boolean;
  /** Changes of the page in its busiest second. */
  updates_per_s: number;
  /** Of nine points: how many lead somewhere, how many of them not into a new window. */
  clicks: { points: number; led: number; inside: number };
  /** Navigations of its own window. */
  left: number;
  shape: Shape | undefined;
  look: Look | undefined;
};

export const quietRun = (): Run => ({
  requests: [],
  errors: [],
  cookies: [],
  cpu_s: 0,
  movesAfter30: false,
  isBlank: false,
  storage: [],
  writes: 0,
  sounds: 0,
  consentAsked: false,
  updates_per_s: 0,
  clicks: { points: 0, led: 0, inside: 0 },
  left: 0,
  shape: undefined,
  look: undefined,
});

/** What is known of the creative beside its run. */
export type Ran = { kind: 'html5' | 'tag'; width: number; height: number; hasClickTag: boolean; limits: FullLimits };

/** Seconds of the run. */
const lasts = 32;
const kb = (bytes: number) => Math.ceil(bytes / 1024);

export function renderChecks(run: Run, ran: Ran): CreativeCheck[] {
  return [
    ...weightChecks(run, ran),
    ...thirdPartyChecks(run, ran),
    ...behaviourChecks(run, ran),
    ...clickChecks(run, ran),
    ...shownChecks(run, ran),
  ];
}

function weightChecks(run: Run, { limits }: Ran): CreativeCheck[] {
  const sum = (isInitial: boolean) =>
    run.requests.filter((one) => one.isInitial === isInitial).reduce((total, { bytes }) => total + bytes, 0);
  const weigh = (
    code: 'load_weight' | 'subload_weight',
    bytes: number,
    limit: number | undefined,
    what: string,
    advice: string,
  ) =>
    limit === undefined
      ? []
      : [measuredWithin(code, kb(bytes), limit, { what, unit: 'kB', source: sources.publisher, advice })];
  return [
    ...weigh(
      'load_weight',
      sum(true),
      limits.initial_kb,
      'Loaded at first',
      'Compress the pictures, load the rest after the page.',
    ),
    ...weigh('subload_weight', sum(false), limits.subload_kb, 'Loaded afterwards', 'Load less after the page.'),
    measuredWithin('requests', run.requests.filter(({ isInitial }) => isInitial).length, limits.requests, {
      what: 'Requests at first',
      source: sources.iab,
      advice: 'Put files together.',
      level: 'warning',
    }),
    measuredWithin('network', kb(sum(true) + sum(false)), limits.network_kb, {
      what: 'Loaded in all',
      unit: 'kB',
      source: sources.heavyAds,
      advice: 'Chrome takes an ad away that loads more.',
    }),
    measuredWithin('cpu', Math.round(run.cpu_s * 10) / 10, limits.cpu_s, {
      what: 'Main thread in 30 s',
      unit: 's',
      source: sources.heavyAds,
      advice: 'Draw less often, animate with CSS.',
    }),
    measuredWithin('cpu_share', Math.round((100 * run.cpu_s) / lasts), limits.cpu_percent, {
      what: 'Share of the processor',
      unit: '%',
      source: sources.iab,
      advice: 'Draw less often, animate with CSS.',
      level: 'warning',
    }),
  ];
}

const isAllowed = (host: string, allowed: readonly string[]) =>
  allowed.some((one) => host === one || host.endsWith(`.${one}`));

function thirdPartyChecks(run: Run, { kind, limits }: Ran): CreativeCheck[] {
  const hosts = [...new Set(run.requests.filter(({ isOwn }) => !isOwn).map(({ host }) => host))];
  const strange = hosts.filter((host) => !isAllowed(host, limits.allowed_hosts));
  const stored = [...run.cookies, ...run.storage];
  const failed = run.requests.filter(({ isFailed }) => isFailed).map(({ url }) => url.slice(0, 80));
  const plain = run.requests.filter(({ url }) => /^http:/i.test(url)).length;
  return [
    strange.length === 0
      ? check(
          'third_parties',
          'ok',
          hosts.length === 0 ? 'Nobody else is asked for anything.' : 'It loads from allowed hosts only.',
          {
            measured: String(hosts.length),
            source: sources.lean,
          },
        )
      : check('third_parties', 'warning', `Loads from ${strange.slice(0, 5).join(', ')}.`, {
          measured: String(strange.length),
          limit: limits.allowed_hosts.join(', ') || '0',
          source: sources.lean,
          advice: 'An HTML5 creative brings its files along; what it loads from elsewhere is blocked when served.',
        }),
    hosts.length > 0 && kind === 'tag' && !run.consentAsked
      ? check('consent', 'warning', 'It asks third parties before it asks for consent.', {
          measured: String(hosts.length),
          source: sources.tcf,
          advice: 'Ask __tcfapi first, or use a tag that does.',
        })
      : check('consent', 'ok', run.consentAsked ? 'It asks for consent.' : 'It needs no consent.', {
          source: sources.tcf,
        }),
    ...(plain > 0
      ? [
          check('https', 'failed', `${plain} requests are not over https.`, {
            measured: String(plain),
            limit: '0',
            source: sources.lean,
            advice: 'Load everything over https, or put it into the zip.',
          }),
        ]
      : []),
    failed.length === 0
      ? check('broken_requests', 'ok', 'Every file it asks for is there.', { measured: '0', limit: '0' })
      : check('broken_requests', 'failed', `Could not be loaded: ${failed.slice(0, 3).join(', ')}.`, {
          measured: String(failed.length),
          limit: '0',
          advice: 'Put the file into the zip under that very name.',
        }),
    run.cookies.length === 0
      ? check('cookies', 'ok', 'No cookie is set.', { source: sources.privacy })
      : check('cookies', 'failed', `Cookies are set: ${run.cookies.slice(0, 3).join(', ')}.`, {
          measured: String(run.cookies.length),
          limit: '0',
          source: sources.privacy,
          advice: 'Nothing may be stored before the reader consents.',
        }),
    ...(run.storage.length > 0
      ? [
          check('storage', 'failed', `It stores something in the reader’s browser: ${run.storage.join(', ')}.`, {
            measured: stored.join(', '),
            source: sources.privacy,
            advice: 'Nothing may be stored before the reader consents; served in a sandbox, it fails.',
          }),
        ]
      : []),
  ];
}

function behaviourChecks(run: Run, { kind, limits }: Ran): CreativeCheck[] {
  const animation = { limit: `${limits.animation_s} s`, source: sources.googleAds };
  return [
    run.errors.length === 0
      ? check('console_errors', 'ok', 'No script error.', { measured: '0', limit: '0' })
      : check('console_errors', 'failed', `Script error: ${run.errors[0]?.slice(0, 160).replace(/\.+$/, '')}.`, {
          measured: String(run.errors.length),
          limit: '0',
          advice: 'Correct the script; it may show nothing to some readers.',
        }),
    run.movesAfter30
      ? check('animation', 'failed', 'Something still moves after 30 s.', {
          ...animation,
          advice: 'End every animation and loop within 30 s.',
        })
      : check('animation', 'ok', 'Nothing moves after 30 s.', animation),
    measuredWithin('frame_rate', run.updates_per_s, limits.update_fps, {
      what: 'Changes of the page in a second',
      source: 'W3C HTML, update the rendering: 60 a second',
      advice: 'Change it once a picture: with requestAnimationFrame or CSS.',
      level: 'warning',
    }),
    ...(run.sounds > 0
      ? [
          check('sound', 'failed', 'A film or sound starts by itself without being muted.', {
            measured: String(run.sounds),
            limit: '0',
            source: sources.iab,
            advice: 'Add muted, and let the reader turn the sound on.',
          }),
        ]
      : []),
    ...(run.writes > 0 && kind === 'html5'
      ? [
          check('document_write', 'failed', 'It calls document.write, which stops the page.', {
            measured: String(run.writes),
            limit: '0',
            source: sources.lean,
            advice: 'Make elements and append them instead.',
          }),
        ]
      : []),
  ];
}

function clickChecks({ clicks, left, isBlank }: Run, { kind, hasClickTag }: Ran): CreativeCheck[] {
  const inside = clicks.inside + left;
  const figures = { measured: `${clicks.led} / ${clicks.points}`, source: sources.adManager };
  // One without a click tag is clickable all over when it is served; a tag's click may lie in a frame of its own.
  if (kind === 'tag' || !hasClickTag || clicks.points === 0 || isBlank) return [];
  return [
    clicks.led > 0 || left > 0
      ? check('click_area', 'ok', `A click leads somewhere at ${clicks.led} of ${clicks.points} points.`, figures)
      : check('click_area', 'failed', 'A click leads nowhere.', {
          ...figures,
          limit: '1',
          advice: 'Open window.clickTag on a click anywhere in the ad.',
        }),
    inside === 0
      ? check('click_window', 'ok', 'A click opens a new window.', { source: sources.adManager })
      : check('click_window', 'failed', 'A click leads away from the ad in its own window.', {
          measured: String(inside),
          limit: '0',
          source: sources.adManager,
          advice: 'Use window.open(window.clickTag) or target="_blank".',
        }),
  ];
}

function shownChecks({ shape, look, isBlank }: Run, { width, height, limits }: Ran): CreativeCheck[] {
  const over = shape !== undefined && (shape.width > width + 1 || shape.height > height + 1);
  const layers = shape !== undefined && shape.z > limits.z_index;
  return [
    ...(over
      ? [
          check('expand', 'failed', `It needs ${shape.width}×${shape.height}: more than its space.`, {
            measured: `${shape.width}x${shape.height}`,
            limit: `${width}x${height}`,
            source: sources.zIndex,
            advice: 'Hide what is outside of the space (overflow: hidden), or make it fit.',
          }),
        ]
      : layers
        ? [
            measuredWithin('expand', shape.z, limits.z_index, {
              what: 'Highest z-index',
              source: sources.zIndex,
              advice: 'Layers of an ad that does not expand stay under 5,000.',
            }),
          ]
        : []),
    isBlank
      ? check('blank', 'failed', 'Nothing is to be seen.', {
          source: sources.iab,
          advice: 'Open the page by itself: a file may be missing.',
        })
      : check('blank', 'ok', 'Something is to be seen.', { source: sources.iab }),
    ...(look ? lookChecks(look).filter(({ code }) => code === 'contrast') : []),
  ];
}
