/** What a write changed, field by field: the values before and after where they differ, as short texts. */
export const changedFields = (
  before: unknown,
  after: unknown,
): { field: string; before: string | null; after: string | null }[] => {
  const [was, is] = [recordOf(before), recordOf(after)];
  // A write tells what it changed: what it does not name after it stayed. Only of a thing that is gone everything went.
  return Object.keys(after === null || after === undefined ? was : is)
    .filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]) && field !== 'updated_at')
    .map((field) => ({ field, before: shortText(was[field]), after: shortText(is[field]) }));
};

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const shortText = (value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
};
