/** Checks of pages and scripts as they are written, without running them. Pure. */
import type { CreativeCheck } from './contract.ts';
import { check, measuredWithin, sources } from './verdict.ts';

type Text = { path: string; text: string };

const isNamespace = (url: string) => /^http:\/\/(www\.w3\.org|ns\.adobe\.com|purl\.org)\//i.test(url);

/** Calls that an ad must not make. */
const forbidden: { name: string; pattern: RegExp }[] = [
  { name: 'alert', pattern: /(^|[^.\w$])(window\s*\.\s*)?(alert|confirm|prompt)\s*\(/m },
  { name: 'geolocation', pattern: /\bnavigator\s*\.\s*(geolocation|mediaDevices|getUserMedia)\b/ },
  { name: 'location', pattern: /\b(top|parent)\s*\.\s*(location|document)\b/ },
  { name: 'vibrate', pattern: /\bnavigator\s*\.\s*vibrate\b/ },
];

const stores: { name: string; pattern: RegExp }[] = [
  { name: 'localStorage', pattern: /\blocalStorage\b/ },
  { name: 'sessionStorage', pattern: /\bsessionStorage\b/ },
  { name: 'indexedDB', pattern: /\bindexedDB\b/ },
  { name: 'document.cookie', pattern: /\bdocument\s*\.\s*cookie\b/ },
];

const found = (texts: readonly Text[], rules: readonly { name: string; pattern: RegExp }[]): string[] =>
  rules.filter(({ pattern }) => texts.some(({ text }) => pattern.test(text))).map(({ name }) => name);

export function codeChecks(texts: readonly Text[], kind: 'html5' | 'tag'): CreativeCheck[] {
  const insecure = new Set<string>();
  let sound = false;
  for (const { text } of texts) {
    for (const [url] of text.matchAll(/\bhttp:\/\/[^\s"'<>()\\]{1,200}/gi))
      if (!isNamespace(url) && !/^http:\/\/(localhost|127\.)/.test(url)) insecure.add(url.slice(0, 80));
    for (const [tag] of text.matchAll(/<(?:audio|video)\b[^>]{0,500}>/gi))
      if (/\bautoplay\b/i.test(tag) && !/\bmuted\b/i.test(tag)) sound = true;
  }
  const plain = [...insecure];
  const used = found(texts, forbidden);
  const stored = found(texts, stores);
  const writes = texts.some(({ text }) => /\bdocument\s*\.\s*write(?:ln)?\s*\(/.test(text));
  return [
    plain.length === 0
      ? check('https', 'ok', 'Every address is https.', { measured: '0', limit: '0', source: sources.lean })
      : check('https', 'failed', `Not over https: ${plain.slice(0, 3).join(', ')}.`, {
          measured: String(plain.length),
          limit: '0',
          source: sources.lean,
          advice: 'Load everything over https, or put it into the zip.',
        }),
    used.length === 0
      ? check('forbidden_calls', 'ok', 'No forbidden call is made.', { source: sources.lean })
      : check('forbidden_calls', 'failed', `Calls that an ad must not make: ${used.join(', ')}.`, {
          measured: used.join(', '),
          source: sources.lean,
          advice: 'An ad asks nothing of the reader and leaves the page alone.',
        }),
    stored.length === 0
      ? check('storage', 'ok', 'Nothing is stored in the reader’s browser.', { source: sources.privacy })
      : check('storage', 'failed', `It stores something in the reader’s browser: ${stored.join(', ')}.`, {
          measured: stored.join(', '),
          source: sources.privacy,
          advice: 'Nothing may be stored before the reader consents; served in a sandbox, it fails.',
        }),
    // The snippet of a third party is written for document.write, in a frame of its own.
    writes && kind === 'html5'
      ? check('document_write', 'failed', 'It calls document.write, which stops the page.', {
          source: sources.lean,
          advice: 'Make elements and append them instead.',
        })
      : check('document_write', 'ok', 'The page is not written over.', { source: sources.lean }),
    sound
      ? check('sound', 'failed', 'A film or sound starts by itself without being muted.', {
          source: sources.iab,
          advice: 'Add muted, and let the reader turn the sound on.',
        })
      : check('sound', 'ok', 'No sound starts by itself.', { source: sources.iab }),
  ];
}

const expandCalls =
  /\b(Enabler\s*\.\s*requestExpand|mraid\s*\.\s*expand|EB\s*\.\s*expand|\$sf\s*\.\s*ext\s*\.\s*expand)\s*\(/;

/** Ads that grow over the page, and layers above its own. */
export function expandCheck(texts: readonly Text[], limit: number): CreativeCheck {
  const call = texts.flatMap(({ text }) => expandCalls.exec(text)?.[1] ?? [])[0];
  if (call)
    return check('expand', 'failed', `It asks to grow over the page (${call}).`, {
      measured: call,
      source: sources.zIndex,
      advice: 'Stay within the space that was booked, or book an expandable format.',
    });
  const highest = Math.max(
    0,
    ...texts.flatMap(({ text }) =>
      [...text.matchAll(/z-?index["']?\s*[:=]\s*["']?(\d{1,12})/gi)].map(([, value]) => Number(value)),
    ),
  );
  return measuredWithin('expand', highest, limit, {
    what: 'Highest z-index',
    source: sources.zIndex,
    advice: 'Layers of an ad that does not expand stay under 5,000.',
  });
}
