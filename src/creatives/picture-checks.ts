/** Checks of an image: how long it moves, how fast, what it looks like beside the page. Pure. */
import { animationOf } from './animation.ts';
import type { CreativeCheck } from './contract.ts';
import type { FullLimits } from './limits.ts';
import type { Look } from './look.ts';
import { check, measuredWithin, sources } from './verdict.ts';

type Picture = {
  bytes?: Buffer | undefined;
  limits: FullLimits;
  look?: Look | null | undefined;
  wasCleaned?: boolean | undefined;
  media_type?: string | null | undefined;
};

export function pictureChecks({ bytes, limits, look, wasCleaned, media_type }: Picture): CreativeCheck[] {
  return [
    ...(bytes && limits.initial_kb !== undefined ? [weightCheck(bytes.length, limits.initial_kb)] : []),
    ...(bytes ? animationChecks(bytes, limits) : []),
    ...(media_type === 'image/svg+xml' ? [svgCheck(wasCleaned === true)] : []),
    ...(look === undefined ? [] : lookChecks(look)),
  ];
}

const weightCheck = (bytes: number, limit: number): CreativeCheck =>
  measuredWithin('weight', Math.ceil(bytes / 1024), limit, {
    what: 'The file weighs',
    unit: 'kB',
    source: sources.publisher,
    advice: 'Compress it: “Convert” makes a lighter WebP, AVIF, JPEG or PNG and keeps the original.',
    level: 'warning',
  });

const svgCheck = (wasCleaned: boolean): CreativeCheck =>
  wasCleaned
    ? check('svg', 'warning', 'Something was taken out of the SVG that could reach outside of it.', {
        source: 'W3C SVG Integration, secure static mode',
        advice: 'Look at it: what came is kept, what is served is the clean drawing.',
      })
    : check('svg', 'ok', 'The SVG holds nothing that runs or loads.', {
        source: 'W3C SVG Integration, secure static mode',
      });

function animationChecks(bytes: Buffer, limits: FullLimits): CreativeCheck[] {
  const animation = animationOf(bytes);
  if (!animation) return [];
  const { seconds, plays, frames } = animation;
  const total = seconds * plays;
  const shown = Number.isFinite(total) ? `${Math.round(total * 10) / 10} s` : 'for ever';
  const times = Number.isFinite(plays) ? String(plays) : '∞';
  const fps = seconds > 0 ? Math.round((frames / seconds) * 10) / 10 : 0;
  return [
    total <= limits.animation_s
      ? check('animation', 'ok', `The animation runs ${shown}.`, {
          measured: shown,
          limit: `${limits.animation_s} s`,
          source: sources.googleAds,
        })
      : check('animation', 'failed', `The animation runs ${shown}: it must stop after ${limits.animation_s} s.`, {
          measured: shown,
          limit: `${limits.animation_s} s`,
          source: sources.googleAds,
          advice: 'Set a number of loops, so that all of them end in time.',
        }),
    // For ever is said once, by the check of the animation.
    !Number.isFinite(plays) || plays <= limits.loops
      ? check('loops', 'ok', `It plays ${times} times.`, {
          measured: times,
          limit: String(limits.loops),
          source: sources.googleAds,
        })
      : check('loops', 'warning', `It plays ${times} times, more than ${limits.loops}.`, {
          measured: times,
          limit: String(limits.loops),
          source: sources.googleAds,
          advice: 'Let it play up to three times.',
        }),
    measuredWithin('frame_rate', fps, limits.picture_fps, {
      what: 'Pictures a second',
      source: sources.googleGif,
      advice: 'Show each picture longer, or make it an HTML5 creative or a film.',
      level: 'warning',
    }),
  ];
}

/** Most of a side may not be told from the page: an ad has to stand out from the content around it. */
const lostSide = 0.98;

export function lookChecks(look: Look | null): CreativeCheck[] {
  if (look === null)
    return [
      check('render', 'failed', 'The picture cannot be shown: it is damaged.', {
        source: sources.iab,
        advice: 'Export it once more.',
      }),
    ];
  const sides = ['top', 'right', 'bottom', 'left'].filter((_, n) => (look.lost[n] ?? 0) >= lostSide);
  return [
    look.isBlank
      ? check('blank', 'warning', 'The picture has a single colour.', {
          source: sources.iab,
          advice: 'Look at it: a layer may be missing.',
        })
      : check('blank', 'ok', 'Something is to be seen.', { source: sources.iab }),
    sides.length < 3
      ? check('contrast', 'ok', 'It stands out from the page.', {
          measured: `${Math.round(look.brightness * 100)} % bright`,
          source: sources.iab,
        })
      : check('contrast', 'failed', `Its border cannot be told from the page: ${sides.join(', ')}.`, {
          measured: `${Math.round(Math.max(...look.lost) * 100)} %`,
          limit: '2 sides',
          source: sources.iab,
          advice: 'Draw a line of one pixel around it, or give it a ground of another colour.',
        }),
  ];
}
