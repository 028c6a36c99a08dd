/** What a publisher pastes: the script once a page, a placement wherever an ad goes. */

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

export type ScriptOptions = {
  /** Origin of the edge, such as `https://edge.example`. */
  edgeOrigin: string;
  /** Domain of the site as Vigie knows it. */
  site: string;
  /** Audience and ads, or audience alone. */
  script?: 'vigie.js' | 'vigie.audience.js';
  /** Also measures pages on localhost, for demonstrations and tests. */
  isLocal?: boolean;
};

/** The script tag. */
export const scriptSnippet = ({ edgeOrigin, site, script = 'vigie.js', isLocal = false }: ScriptOptions): string =>
  `<script async src="${escapeHtml(edgeOrigin)}/${script}" data-site="${escapeHtml(site)}"${isLocal ? ' data-local' : ''}></script>`;

export type PlacementOptions = {
  code: string;
  /** `970x250`, or a format without figures such as `native`. */
  sizes: string[];
  /** Key-values for targeting. */
  kv?: Record<string, string[]>;
};

/**
 * A placement with its room kept before the script arrives: at every width of its container the height of the tallest size that fits there,
 * as the script itself reserves. So nothing of the page moves when the ad comes.
 */
export function placementSnippet({ code, sizes, kv }: PlacementOptions): string {
  // Any code makes a class name: what is not a letter, a figure or a dash becomes its number.
  const name = `vigie-${code.replace(/[^a-zA-Z0-9-]/g, (sign) => `_${sign.charCodeAt(0)}`)}`;
  const rules = reservation(sizes).map(
    ({ from, height }) => `@container (min-width:${from}px){.${name}{min-height:${height}px}}`,
  );
  const more = kv === undefined ? '' : ` data-kv="${escapeHtml(JSON.stringify(kv))}"`;
  return (
    `<div style="container-type:inline-size"><style>${rules.join('')}</style>` +
    `<div class="${name}" data-vigie-placement="${escapeHtml(code)}" data-sizes="${escapeHtml(sizes.join(','))}"${more}></div></div>`
  );
}

/** From which container width, CSS pixels, which height must be kept: widths and heights both rise. */
export function reservation(sizes: string[]): { from: number; height: number }[] {
  const steps: { from: number; height: number }[] = [];
  const known = sizes.map((size) => /^(\d+)x(\d+)$/.exec(size)).filter((match) => match !== null);
  const rising = known
    .map((match) => ({ from: Number(match[1]), height: Number(match[2]) }))
    .toSorted((a, b) => a.from - b.from || b.height - a.height);
  for (const step of rising) {
    if (step.height > (steps.at(-1)?.height ?? 0)) steps.push(step);
  }
  return steps;
}
