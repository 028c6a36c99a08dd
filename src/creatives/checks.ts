/** Automatic checks of a creative against the formats that its organisation sells. Pure; a warning never blocks. */
import type { Creative, CreativeCheck } from './contract.ts';

/** A known format with its size in pixels and the largest initial load, in kB of 1024 bytes; null where unlimited. */
export type FormatLimits = {
  code: string;
  name: string;
  width: number | null;
  height: number | null;
  max_initial_kb: number | null;
  max_subload_kb: number | null;
};

type Checked = Pick<Creative, 'kind' | 'width' | 'height' | 'weight_bytes' | 'landing_url'>;

export function checksOf(creative: Checked, formats: readonly FormatLimits[]): CreativeCheck[] {
  return [...sizeAndWeight(creative, formats), landing(creative)];
}

function sizeAndWeight(
  { kind, width, height, weight_bytes }: Checked,
  formats: readonly FormatLimits[],
): CreativeCheck[] {
  if ((kind !== 'image' && kind !== 'html5') || width === null || height === null || weight_bytes === null) return [];
  const size = `${width}x${height}`;
  const same = formats.filter((format) => format.width === width && format.height === height);
  if (same.length === 0)
    return [
      {
        code: 'size',
        level: 'warning',
        sentence: `${size} is not the size of any format.`,
        measured: size,
        source: 'Your formats',
        advice: 'Make it in a size that is sold, or add the format.',
      },
    ];

  const limits = same.flatMap((format) => (format.max_initial_kb === null ? [] : [format.max_initial_kb]));
  const sized: CreativeCheck = {
    code: 'size',
    level: 'ok',
    sentence: `${size} is the size of ${same.map((format) => format.name).join(', ')}.`,
  };
  if (limits.length === 0) return [sized];

  const limit = Math.min(...limits);
  const weight = Math.ceil(weight_bytes / 1024);
  const fits = weight_bytes <= limit * 1024;
  const sentence = fits
    ? `${weight} kB of the ${limit} kB allowed.`
    : `${weight} kB is more than the ${limit} kB allowed for ${size}.`;
  return [
    sized,
    {
      code: 'weight',
      level: fits ? 'ok' : 'warning',
      sentence,
      measured: `${weight} kB`,
      limit: `${limit} kB`,
      ...(fits ? {} : { advice: 'Compress it: “Convert” keeps the original.' }),
    },
  ];
}

function landing({ landing_url }: Checked): CreativeCheck {
  return /^https:/i.test(landing_url)
    ? { code: 'landing', level: 'ok', sentence: 'The landing page is reached over https.' }
    : {
        code: 'landing',
        level: 'warning',
        sentence: 'The landing page is not reached over https.',
        source: 'IAB LEAN principles',
        advice: 'Use the https address of the page.',
      };
}
