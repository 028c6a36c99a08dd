/** Whether a page's path lies in a section, whose pattern is a path prefix (`/sport`) or a glob (`/blog-*`). */
export function fits(pattern: string, path: string): boolean {
  if (!pattern.includes('*')) {
    const prefix = pattern.endsWith('/') ? pattern.slice(0, -1) : pattern;
    return path.startsWith(prefix) && (path.length === prefix.length || '/?#'.includes(path.charAt(prefix.length)));
  }
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return part === '' || (path.length - part.length >= at && path.endsWith(part));
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}
