/** A value as a spreadsheet must read it: text that a spreadsheet would run as a formula is made plain text by a leading apostrophe (OWASP, CSV injection). */
export const csvCell = (value: string | number | boolean | null | undefined): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = String(value);
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",;\r\n\t]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** RFC 4180 text with a byte order mark, so that spreadsheets read accents right. */
export const csvOf = (header: string[], rows: (string | number | boolean | null | undefined)[][]): string =>
  '\uFEFF' + [header, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';

/** Hands a text to the browser as a file. */
export const download = (name: string, text: string, type = 'text/csv;charset=utf-8') => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\p{L}\p{N}._ -]+/gu, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
};
