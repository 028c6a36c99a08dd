/** What a VAST document says of one ad, whatever the version it is written in; read from a creative of the book. */
import * as z from 'zod';
import type { BookCreative } from '../contract.ts';

export const vastVersions = ['2.0', '3.0', '4.0', '4.1', '4.2', '4.3'] as const;
export type VastVersion = (typeof vastVersions)[number];

/** The video of a creative: a file of ours, or the address of somebody else's VAST. */
export type VideoSource =
  | {
      kind: 'file';
      fileHash: string;
      mediaType: string;
      width: number;
      height: number;
      /** Seconds. */
      duration: number;
      /** kbit/s */
      bitrate: number | undefined;
    }
  | { kind: 'vast'; url: string; duration: number | undefined };

export type Companion = { id: string; width: number; height: number; source: string; mediaType: string; click: string };

export type Verification = { vendor: string; url: string; parameters?: string | undefined };

export type VastAd = {
  decision: string;
  creative: BookCreative;
  source: VideoSource;
  advertiser: string;
  payer: string;
  /** Decimal units of the currency per thousand impressions; only said where the price is anyway part of the deal. */
  price: { cpm: string; currency: string } | undefined;
  /** Seconds after which the viewer may skip. */
  skipAfter: number | undefined;
  companions: readonly Companion[];
  verifications: readonly Verification[];
  universalAdId: { registry: string; id: string };
  urls: { impression: string; viewable: string; click: string; why: string; icon: string; media: string };
  /** The address that counts an event of the player. */
  tracking(event: string): string;
};

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;

/** Undefined for creatives that are not a playable video: no file, or one whose size or duration is not known. */
export function videoSourceOf({
  kind,
  content,
  file_hash,
  media_type,
  width,
  height,
}: BookCreative): VideoSource | undefined {
  if (kind !== 'video') return undefined;
  const duration = positive(content?.['duration_s']);
  const url = content?.['vast_url'];
  if (typeof url === 'string' && /^https?:\/\//i.test(url)) return { kind: 'vast', url, duration };
  if (!file_hash || !media_type || !width || !height || !duration) return undefined;
  const bitrate = positive(content?.['bitrate_kbps']);
  return {
    kind: 'file',
    fileHash: file_hash,
    mediaType: media_type,
    width,
    height,
    duration,
    bitrate: bitrate === undefined ? undefined : Math.round(bitrate),
  };
}

/** What the creative itself says of skipping: `skip_after_s`, in seconds. */
export const skipOf = ({ content }: BookCreative): number | undefined => positive(content?.['skip_after_s']);

/** What third parties measure it by, and its number in a registry, as the creative says them. */
export function measuredBy({ id, content }: BookCreative): Pick<VastAd, 'verifications' | 'universalAdId'> {
  const read = Measured.safeParse(content ?? {});
  const { verifications = [], universal_ad_id } = read.success ? read.data : {};
  return { verifications, universalAdId: universal_ad_id ?? { registry: 'vigie', id } };
}

const Measured = z.object({
  verifications: z
    .array(z.object({ vendor: z.string(), url: z.string(), parameters: z.string().optional() }))
    .optional(),
  universal_ad_id: z.object({ registry: z.string(), id: z.string() }).optional(),
});
