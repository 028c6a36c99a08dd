/** Named checks of what a creative is made of: each with what was measured, its limit, and where the rule comes from. Pure. */
import { animationOf } from './animation.ts';
import { countsClicks } from './click-macros.ts';
import type { CreativeCheck } from './contract.ts';
import type { CreativeContent } from './creative-content.ts';

type Code = CreativeCheck['code'];

const iab = 'IAB New Ad Portfolio (2017)';
const lean = 'IAB LEAN principles';
const googleAds = 'Google Ads HTML5 requirements';
export const heavyAds = 'Chrome heavy ad intervention';

/** Where no format says otherwise. Seconds, bytes, counts. */
export const limits = {
  animation_s: 30,
  files: 40,
  requests: 10,
  network_bytes: 4 * 1024 * 1024,
  cpu_s: 15,
  video_kbps: 2500,
};

export function check(
  code: Code,
  level: CreativeCheck['level'],
  sentence: string,
  figures: Partial<Pick<CreativeCheck, 'measured' | 'limit' | 'source' | 'advice'>> = {},
): CreativeCheck {
  return { code, level, sentence, ...figures };
}

/** `files`: texts of a bundle by path; `bytes`: the file of an image. */
export type Material = {
  kind: string;
  landing_url: string;
  content: CreativeContent | null;
  bytes?: Buffer | undefined;
  files?: readonly { path: string; text: string }[] | undefined;
};

export function materialChecks(material: Material): CreativeCheck[] {
  const { kind, content } = material;
  if (kind === 'image') return material.bytes ? imageChecks(material.bytes) : [];
  if (kind === 'html5' && content && 'entry' in content) {
    const code = codeChecks(material.files ?? []);
    return [...bundleChecks(content), ...code];
  }
  if (kind === 'tag' && content && 'macros' in content)
    return [...macroChecks(content.macros), ...codeChecks([{ path: 'tag', text: content.html }])];
  if (kind === 'video' && content && 'bitrate_kbps' in content) return videoChecks(content.bitrate_kbps);
  if (kind === 'native' && content && 'title' in content) return nativeChecks(content);
  return [];
}

function imageChecks(bytes: Buffer): CreativeCheck[] {
  const animation = animationOf(bytes);
  if (!animation) return [];
  const { seconds, plays } = animation;
  const total = seconds * plays;
  const shown = Number.isFinite(total) ? `${Math.round(total * 10) / 10} s` : 'for ever';
  const figures = { measured: shown, limit: `${limits.animation_s} s`, source: googleAds };
  return [
    total <= limits.animation_s
      ? check('animation', 'ok', `The animation runs ${shown}.`, figures)
      : check('animation', 'failed', `The animation runs ${shown}: it must stop after ${limits.animation_s} s.`, {
          ...figures,
          advice: 'Set a number of loops, so that all of them end in time.',
        }),
  ];
}

type Bundled = Extract<CreativeContent, { entry: string }>;

function bundleChecks({ files, click_tags, ad_size }: Bundled): CreativeCheck[] {
  const count = { measured: String(files.length), limit: String(limits.files), source: googleAds };
  return [
    files.length <= limits.files
      ? check('files', 'ok', `The zip holds ${files.length} files.`, count)
      : check('files', 'warning', `The zip holds ${files.length} files, more than ${limits.files}.`, {
          ...count,
          advice: 'Put pictures together in a sprite, and scripts in one file.',
        }),
    ad_size
      ? check('ad_size', 'ok', `ad.size says ${ad_size}.`, { measured: ad_size })
      : check('ad_size', 'warning', 'The page has no <meta name="ad.size">.', {
          source: 'Google Ad Manager help 7046799',
          advice: 'Add <meta name="ad.size" content="width=…,height=…"> to the head of the page.',
        }),
    click_tags.length > 0
      ? check('click', 'ok', `The click goes by ${click_tags.join(', ')}.`, { measured: click_tags.join(', ') })
      : check('click', 'warning', 'The page uses no click tag: a click anywhere leads to the landing page.', {
          source: 'Google Ad Manager help 7046799',
          advice: 'Open window.clickTag in a new window on click.',
        }),
  ];
}

function macroChecks(macros: readonly string[]): CreativeCheck[] {
  return [
    countsClicks(macros)
      ? check('click', 'ok', `The click passes by ${macros.join(', ')}.`, { measured: macros.join(', ') })
      : check('click', 'failed', 'The tag has no click macro: its clicks would not be counted.', {
          advice: 'Ask the third party where its click address goes, and put [CLICK_URL] there.',
        }),
  ];
}

const isSvgNamespace = (url: string) => /^http:\/\/(www\.w3\.org|ns\.adobe\.com|purl\.org)\//i.test(url);

/** Calls that an ad must not make, with why. */
const forbidden: { name: string; pattern: RegExp; kinds?: 'all' }[] = [
  { name: 'document.write', pattern: /\bdocument\s*\.\s*write(?:ln)?\s*\(/ },
  { name: 'localStorage', pattern: /\b(local|session)Storage\b/ },
  { name: 'indexedDB', pattern: /\bindexedDB\b/ },
  { name: 'document.cookie', pattern: /\bdocument\s*\.\s*cookie\b/ },
  { name: 'alert', pattern: /(^|[^.\w$])(window\s*\.\s*)?(alert|confirm|prompt)\s*\(/m },
  { name: 'geolocation', pattern: /\bnavigator\s*\.\s*(geolocation|mediaDevices|getUserMedia)\b/ },
  { name: 'location', pattern: /\b(top|parent)\s*\.\s*(location|document)\b/ },
];

/** Of pages and scripts as they are written. */
function codeChecks(files: readonly { path: string; text: string }[]): CreativeCheck[] {
  const insecure = new Set<string>();
  const calls = new Set<string>();
  let sound = false;
  for (const { path, text } of files) {
    for (const [url] of text.matchAll(/\bhttp:\/\/[^\s"'<>()\\]{1,200}/gi))
      if (!isSvgNamespace(url) && !/^http:\/\/(localhost|127\.)/.test(url)) insecure.add(url.slice(0, 80));
    // The snippet of a third party is written for document.write, in a frame of its own.
    for (const { name, pattern } of forbidden)
      if (pattern.test(text) && !(path === 'tag' && name === 'document.write')) calls.add(name);
    for (const [tag] of text.matchAll(/<(?:audio|video)\b[^>]*>/gi))
      if (/\bautoplay\b/i.test(tag) && !/\bmuted\b/i.test(tag)) sound = true;
  }
  const [plain, used] = [[...insecure], [...calls]];
  return [
    plain.length === 0
      ? check('https', 'ok', 'Every address is https.', { source: lean })
      : check('https', 'failed', `Not over https: ${plain.slice(0, 3).join(', ')}.`, {
          measured: String(plain.length),
          limit: '0',
          source: lean,
          advice: 'Load everything over https, or put it into the zip.',
        }),
    used.length === 0
      ? check('forbidden_calls', 'ok', 'No forbidden call is made.')
      : check('forbidden_calls', 'failed', `Calls that an ad must not make: ${used.join(', ')}.`, {
          measured: used.join(', '),
          advice: 'An ad stores nothing, asks nothing of the reader and leaves the page alone.',
        }),
    sound
      ? check('sound', 'failed', 'A film or sound starts by itself without being muted.', {
          source: iab,
          advice: 'Add muted, and let the reader turn the sound on.',
        })
      : check('sound', 'ok', 'No sound starts by itself.', { source: iab }),
  ];
}

function videoChecks(kbps: number | undefined): CreativeCheck[] {
  if (kbps === undefined) return [];
  const figures = { measured: `${kbps} kbit/s`, limit: `${limits.video_kbps} kbit/s` };
  return [
    kbps <= limits.video_kbps
      ? check('bitrate', 'ok', `The film takes ${kbps} kbit/s.`, figures)
      : check('bitrate', 'warning', `The film takes ${kbps} kbit/s: slow connections will wait.`, {
          ...figures,
          advice: 'Compress it again.',
        }),
  ];
}

function nativeChecks(content: { image?: unknown; sponsored_by?: unknown }): CreativeCheck[] {
  return [
    content.image === undefined
      ? check('assets', 'warning', 'There is no picture.', { advice: 'Most native placements show one.' })
      : check('assets', 'ok', 'Title and picture are there.'),
    content.sponsored_by === undefined
      ? check('sponsor', 'warning', 'No sponsor is named: the advertiser’s name stands in.', {
          source: 'Regulation (EU) 2022/2065, article 26',
        })
      : check('sponsor', 'ok', 'The sponsor is named.'),
  ];
}
