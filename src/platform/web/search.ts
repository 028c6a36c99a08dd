/** The query part of an address as flat text values; a repeated name is a list. View state lives here, so every view is a link. */
export type Search = Record<string, string | string[]>;

export const parseSearch = (text: string): Search => {
  const search = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = search.get(name);
    search.set(name, before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return Object.fromEntries(search);
};

export const writeSearch = (search: Record<string, unknown>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === '') continue;
    if (Array.isArray(value)) for (const item of value) query.append(name, String(item));
    else query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `?${text}` : '';
};
