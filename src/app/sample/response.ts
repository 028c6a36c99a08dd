/** How people respond to ads: the shares that are seen, and clicked, by place, device and banner. */
import { brands } from './brands.ts';
import type { Device } from './readers.ts';

const seen: Record<string, number> = {
  'haut-de-page': 0.61,
  'sport-haut': 0.63,
  'dans-le-texte': 0.57,
  colonne: 0.72,
  'milieu-de-une': 0.48,
  banniere: 0.66,
  pave: 0.55,
};

/** Share of rendered ads of a placement that count as viewable. */
export const seeRate = (code: string): number => seen[code] ?? 0.55;

/** Clicks per rendered ad of a size, before what the banner itself makes of it. */
const bySize: Record<string, number> = {
  '970x250': 0.0024,
  '728x90': 0.0009,
  '300x250': 0.0021,
  '300x600': 0.0022,
  '160x600': 0.0007,
  '320x100': 0.0027,
  '320x50': 0.0018,
};

const appeals = new Map<string, number>(
  brands.flatMap(({ copies }) =>
    copies.flatMap(({ line, sizes, appeal = 1 }) =>
      sizes.map((size) => [`${line} · ${size}`, appeal * (bySize[size] ?? 0.001)] as const),
    ),
  ),
);

/** Probability of a click on a viewable ad; `name` is that of the creative in the catalogue. */
export function clickRate(name: string, code: string, device: Device | undefined): number {
  const base = appeals.get(name) ?? 0.001;
  return (base * (device === 'phone' ? 1.25 : 0.9)) / seeRate(code);
}
