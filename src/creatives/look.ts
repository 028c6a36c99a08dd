/** What a picture looks like, for the checks and the search for duplicates: read with sharp, within bounds of pixels and time. */
import { maxPixels } from './read-image.ts';

export type Look = {
  /** Difference hash, 64 bits in hex: pictures that look alike differ in few bits. */
  hash: string;
  /** Whether every pixel has one colour. */
  isBlank: boolean;
  /** Share of the outermost pixels that can hardly be told from the page, for each side: top, right, bottom, left. */
  lost: [number, number, number, number];
  /** Mean relative luminance, 0 to 1 (WCAG 2). */
  brightness: number;
};

/** Undefined when the picture cannot be decoded. `page`: the colour around it, #rrggbb. */
export async function lookOf(bytes: Buffer, page = '#ffffff'): Promise<Look | undefined> {
  const { default: sharp } = await import('sharp');
  try {
    const opened = sharp(bytes, { limitInputPixels: maxPixels }).timeout({ seconds: 10 }).flatten({ background: page });
    const { data, info } = await opened.clone().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    const small = await opened.clone().greyscale().resize(9, 8, { fit: 'fill' }).raw().toBuffer();
    return { hash: differenceHash(small), ...readPixels(data, info, page) };
  } catch {
    return undefined;
  }
}

/** Each pixel of a 9×8 picture in grey against its right neighbour. */
function differenceHash(grey: Buffer): string {
  let bits = '';
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++) bits += (grey[y * 9 + x] ?? 0) > (grey[y * 9 + x + 1] ?? 0) ? '1' : '0';
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}

/** Bits in which two looks differ, 0 to 64. */
export function distanceOf(a: string, b: string): number {
  let rest = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; rest > 0n; rest >>= 1n) count += Number(rest & 1n);
  return count;
}

const linear = (value: number): number => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const luminance = (r: number, g: number, b: number) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

/** Contrast ratio of WCAG 2.2, 1 to 21, under which two neighbours can hardly be told apart. */
const least = 1.15;

function readPixels(
  data: Buffer,
  { width, height, channels }: { width: number; height: number; channels: number },
  page: string,
): Omit<Look, 'hash'> {
  const paper = luminance(
    Number.parseInt(page.slice(1, 3), 16),
    Number.parseInt(page.slice(3, 5), 16),
    Number.parseInt(page.slice(5, 7), 16),
  );
  const at = (x: number, y: number) => {
    const from = (y * width + x) * channels;
    const [r = 0, g = r, b = r] = channels >= 3 ? data.subarray(from, from + 3) : data.subarray(from, from + 1);
    return luminance(r, g, b);
  };
  const share = (count: number, pixel: (n: number) => number) => {
    let lost = 0;
    for (let n = 0; n < count; n++) {
      const [high, low] = [Math.max(pixel(n), paper), Math.min(pixel(n), paper)];
      if ((high + 0.05) / (low + 0.05) < least) lost++;
    }
    return lost / count;
  };
  const first = data.subarray(0, channels);
  let isBlank = true;
  let sum = 0;
  let counted = 0;
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / 20_000)));
  for (let from = 0; isBlank && from < data.length; from += channels)
    isBlank = first.equals(data.subarray(from, from + channels));
  for (let y = 0; y < height; y += step) for (let x = 0; x < width; x += step, counted++) sum += at(x, y);
  return {
    isBlank,
    brightness: sum / Math.max(1, counted),
    lost: [
      share(width, (x) => at(x, 0)),
      share(height, (y) => at(width - 1, y)),
      share(width, (x) => at(x, height - 1)),
      share(height, (y) => at(0, y)),
    ],
  };
}
