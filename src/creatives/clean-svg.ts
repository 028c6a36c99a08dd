/**
 * SVG images, made harmless before they are kept: DOMPurify takes out what its list does not know, and the result is read once
 * more by another parser. What is written to run is refused rather than taken out: whoever made it has to know.
 */
import { Refusal } from '#platform';

export type CleanSvg = { bytes: Buffer; width: number; height: number; wasChanged: boolean };

/** Bounds: bytes of the text, elements, and how deep they lie. A text within them is cleaned in well under a second. */
export const svgBounds = { bytes: 1024 * 1024, elements: 10_000, depth: 100 };

const refuse = (why: string): never => {
  throw new Refusal('bad-input', `file: ${why}.`, { field: 'file' });
};

export const looksLikeSvg = (bytes: Buffer): boolean => {
  const head = bytes.toString('utf8', 0, 4096).replace(/^\uFEFF/, '');
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(\[[\s\S]*?\])?[^>]*>\s*)*<(svg:)?svg[\s>]/i.test(
    head,
  );
};

/** Throws bad-input, naming `file`. */
export async function cleanSvg(bytes: Buffer): Promise<CleanSvg> {
  if (bytes.length > svgBounds.bytes) return refuse('an SVG may weigh at most 1 MB');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  refuseActive(text);
  const [{ JSDOM }, { default: createPurifier }] = await Promise.all([import('jsdom'), import('dompurify')]);
  const { window } = new JSDOM('');
  try {
    const purifier = createPurifier(window);
    // Addresses that leave the picture: a picture in an <img> loads nothing, and must not when it is opened by itself.
    purifier.addHook('uponSanitizeAttribute', (_, data) => {
      const isReference = /^(xlink:)?href$/i.test(data.attrName);
      if (isReference && !/^(#|data:image\/(png|jpe?g|gif|webp);)/i.test(data.attrValue.trim())) data.keepAttr = false;
      if (/url\(\s*['"]?(?!#)/i.test(data.attrValue)) data.keepAttr = false;
    });
    const body = purifier.sanitize(text, { USE_PROFILES: { svg: true, svgFilters: true }, RETURN_DOM: true });
    const svg = body.querySelector('svg');
    if (!svg) return refuse('the SVG holds no picture');
    for (const style of svg.querySelectorAll('style'))
      if (/@import|url\(\s*['"]?(?!#)|expression\s*\(|behavior\s*:/i.test(style.textContent ?? '')) style.remove();
    if (!svg.hasAttribute('xmlns')) svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
    const cleaned = Buffer.from(new window.XMLSerializer().serializeToString(svg));
    const parsed = checkResult(window, cleaned.toString('utf8'));
    const { width, height } = sizeOf(parsed);
    const wasChanged = partsOf(window, text) !== partsOf(window, cleaned.toString('utf8'));
    return { bytes: cleaned, width, height, wasChanged };
  } finally {
    window.close();
  }
}

/** How many elements and attributes a drawing has: something was taken out of it where the clean one has fewer. */
function partsOf(window: Window, text: string): number {
  const document = new window.DOMParser().parseFromString(text, 'image/svg+xml');
  let parts = 0;
  for (const { attributes } of document.querySelectorAll('*')) {
    parts++;
    for (const { name } of attributes) if (!/^(xmlns|version|xml:)/.test(name)) parts++;
  }
  return parts;
}

function refuseActive(text: string): void {
  if (/<!ENTITY/i.test(text)) refuse('the SVG declares entities of its own');
  if (/<(\w+:)?script[\s>/]/i.test(text)) refuse('the SVG holds a script; export it without');
  if (/[\s"'/]on[a-z]{3,}\s*=/i.test(text))
    refuse('the SVG holds an event handler, which is a script; export it without');
  if (/(javascript|vbscript)\s*:/i.test(text) || /data:\s*(text\/html|image\/svg)/i.test(text))
    refuse('the SVG holds an address that runs a script');
  if (/<(\w+:)?(foreignObject|iframe|embed|object)[\s>/]/i.test(text))
    refuse('the SVG holds a page inside of it (foreignObject)');
  let depth = 0;
  let elements = 0;
  for (const [sign] of text.matchAll(/<\/|<[a-z]|\/>/gi)) {
    if (sign === '</' || sign === '/>') depth--;
    else if (++depth > svgBounds.depth) refuse(`the SVG is nested more than ${svgBounds.depth} deep`);
    else if (++elements > svgBounds.elements) refuse(`the SVG has more than ${svgBounds.elements} elements`);
  }
}

type Window = { DOMParser: new () => { parseFromString(text: string, type: 'image/svg+xml'): Document } };
type Document = { documentElement: Element; querySelectorAll(selector: string): Iterable<Element> };
type Element = {
  localName: string;
  namespaceURI: string | null;
  getAttribute(name: string): string | null;
  attributes: Iterable<{ name: string; value: string }>;
};

/** The result, read as XML: nothing in it may run or leave. */
function checkResult(window: Window, text: string): Element {
  const document = new window.DOMParser().parseFromString(text, 'image/svg+xml');
  const root = document.documentElement;
  if (root.localName !== 'svg') return refuse('the SVG is damaged');
  for (const element of document.querySelectorAll('*')) {
    const isForeign = element.namespaceURI !== 'http://www.w3.org/2000/svg';
    if (isForeign || /^(script|foreignobject|iframe|embed|object|handler|set)$/i.test(element.localName))
      return refuse(`the SVG could not be made safe: it holds <${element.localName.slice(0, 40)}>`);
    for (const { name, value } of element.attributes)
      if (/^on/i.test(name) || /(javascript|vbscript)\s*:/i.test(value))
        return refuse('the SVG could not be made safe');
  }
  return root;
}

function sizeOf(svg: Element): { width: number; height: number } {
  const pixels = (name: string) =>
    Number(/^\s*(\d+(?:\.\d+)?)\s*(px)?\s*$/.exec(svg.getAttribute(name) ?? '')?.[1] ?? Number.NaN);
  const box = (svg.getAttribute('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const width = Math.round(pixels('width') || (box[2] ?? Number.NaN));
  const height = Math.round(pixels('height') || (box[3] ?? Number.NaN));
  if (!(width >= 1 && height >= 1 && width <= 8192 && height <= 8192))
    return refuse('the SVG does not say its size: give it a width and height, or a viewBox');
  return { width, height };
}
