/**
 * A placement as a picture in a link, for newsletters and pages without scripts: the picture decides and counts, and the link
 * leads where the picture that was shown for the same number leads. Remembered in memory, for a while.
 */
import { Refusal } from '#platform';

/** Pictures remembered, and for how long: as long as a click is taken after its impression, ms. */
const most = 50_000;
const kept = 24 * 3_600_000;

export type ImageLinks = {
  /** `token`: of the decision that the picture was made from. */
  shown(key: string, token: string, now: number): void;
  /** The token of the picture shown under that key. Throws not-found. */
  clicked(key: string, now: number): string;
};

export function openImageLinks(): ImageLinks {
  const tokens = new Map<string, { token: string; at: number }>();
  return {
    shown(key, token, now) {
      tokens.delete(key);
      tokens.set(key, { token, at: now });
      const [oldest] = tokens.keys();
      if (tokens.size > most && oldest !== undefined) tokens.delete(oldest);
    },
    clicked(key, now) {
      const found = tokens.get(key);
      if (!found || now - found.at > kept)
        throw new Refusal('not-found', 'No picture was shown here lately under this number.', { field: 'n' });
      return found.token;
    },
  };
}
