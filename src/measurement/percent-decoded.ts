/** Percent-decodes by bytes, with `+` as a space: UTF-8 where valid, else the given charsets in turn, else Windows-1252. */
export function percentDecoded(raw: string, charsets: readonly string[] = []): string {
  if (raw === '') return '';
  const spaced = raw.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  const bytes = bytesOf(spaced);
  for (const charset of ['utf-8', ...charsets]) {
    try {
      return new TextDecoder(charset, { fatal: true }).decode(bytes);
    } catch {
      // Not in this charset: the next one is tried.
    }
  }
  return new TextDecoder('windows-1252').decode(bytes);
}

function bytesOf(text: string): Uint8Array {
  const source = Buffer.from(text, 'utf8');
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const pair = source[i] === 0x25 ? source.toString('latin1', i + 1, i + 3) : '';
    if (/^[0-9a-f]{2}$/i.test(pair)) {
      bytes[length++] = Number.parseInt(pair, 16);
      i += 2;
    } else bytes[length++] = source[i] ?? 0;
  }
  return bytes.subarray(0, length);
}
