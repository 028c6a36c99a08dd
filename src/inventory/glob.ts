/**
 * Globs over addresses: `*` stands for any run of characters, everything else for itself. A pattern with a scheme is held
 * against the whole address, one that starts with `/` against path and query, one without any `/` against the host, any
 * other against host, path and query. The case of scheme and host does not matter.
 */

export type Address = { scheme: string; host: string; path: string };

/** The parts of an address that globs are held against; undefined when it is no absolute http(s) address. */
export function addressOf(url: string): Address | undefined {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  return { scheme: `${parsed.protocol}//`, host: parsed.host, path: parsed.pathname + parsed.search };
}

/** Whether the address fits the pattern. */
export function fitsGlob(pattern: string, address: Address): boolean {
  if (pattern.startsWith('/')) return fits(pattern, address.path);

  const [, scheme = '', host = '', path = ''] = /^([a-z*]+:\/\/)?([^/]*)(.*)$/is.exec(pattern) ?? [];
  if (path === '' && scheme === '') return fits(host.toLowerCase(), address.host);

  const wanted = scheme.toLowerCase() + host.toLowerCase() + (path === '' ? '/*' : path);
  return fits(wanted, (scheme === '' ? '' : address.scheme) + address.host + address.path);
}

/** Whether the whole text fits a pattern of `*` and plain characters; at most pattern × text steps, no exponential case. */
export function fits(pattern: string, text: string): boolean {
  let at = 0;
  let held = 0;
  let star = -1;
  let from = 0;

  while (at < text.length) {
    if (pattern[held] === '*') {
      star = held++;
      from = at;
    } else if (pattern[held] === text[at]) {
      held++;
      at++;
    } else if (star !== -1) {
      held = star + 1;
      at = ++from;
    } else return false;
  }

  while (pattern[held] === '*') held++;
  return held === pattern.length;
}

/**
 * Whether a URL path lies in a section: a pattern with `*` fits the whole path, one without is a prefix that ends at a `/`
 * ("/sport" holds "/sport" and "/sport/tennis", not "/sports").
 */
export function isInSection(pattern: string, path: string): boolean {
  if (pattern.includes('*')) return fits(pattern, path);
  const prefix = pattern.replace(/\/+$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
}
