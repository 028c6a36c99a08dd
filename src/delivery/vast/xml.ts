/** The little of XML that a VAST document needs. Every text is escaped here and nowhere else. */

/** A finished piece of XML; only the functions of this file make one. */
export type Xml = { readonly xml: string };

type Attributes = Readonly<Record<string, string | number | undefined>>;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Characters that XML 1.0 does not have are dropped: a document with one of them is not XML at all. */
const notXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escapeXml = (text: string): string =>
  text.replace(notXml, '').replace(/[&<>"]/g, (character) => entities[character] ?? '');

/** `<name …>content</name>`: text is escaped, pieces are put in as they are, undefined ones are left out. */
export function element(name: string, attributes: Attributes, ...content: readonly (Xml | string | undefined)[]): Xml {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  const inside = content
    .map((part) => (part === undefined ? '' : typeof part === 'string' ? escapeXml(part) : part.xml))
    .join('');
  return { xml: inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>` };
}

/** A URL in CDATA, as players expect it: some read the text of an address without undoing entities. */
export function address(name: string, attributes: Attributes, url: string): Xml {
  const text = url.replace(notXml, '').replaceAll(']]>', ']]%3E');
  return element(name, attributes, { xml: `<![CDATA[${text}]]>` });
}

/** Pieces in a row. */
export const pieces = (...parts: readonly (Xml | undefined)[]): Xml => ({
  xml: parts.map((part) => part?.xml ?? '').join(''),
});

export const documentOf = (root: Xml): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}`;
