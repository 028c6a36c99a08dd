/** Which creative images may appear in a report: bitmaps of a sane size, told by their bytes and not by their name. */
import { imageSize } from 'image-size';

export type Thumbnail = { bytes: Buffer; extension: 'png' | 'jpg' | 'gif' | 'webp' };

const largestBytes = 3 * 1024 * 1024;
const largestSide = 4096;

export function thumbnailOf(bytes: Buffer): Thumbnail | undefined {
  if (bytes.byteLength === 0 || bytes.byteLength > largestBytes) return undefined;
  try {
    const { type, width, height } = imageSize(bytes);
    if (Math.max(width, height) > largestSide) return undefined;
    return type === 'png' || type === 'jpg' || type === 'gif' || type === 'webp'
      ? { bytes, extension: type }
      : undefined;
  } catch {
    return undefined; // not an image that can be measured: the report goes without
  }
}

export const dataUri = ({ bytes, extension }: Thumbnail): string =>
  `data:image/${extension === 'jpg' ? 'jpeg' : extension};base64,${bytes.toString('base64')}`;
