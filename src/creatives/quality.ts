/** Named checks of what a creative is made of: each with what was measured, its limit, and where the rule comes from. Pure. */
import { codeChecks, expandCheck } from './code-checks.ts';
import type { CreativeCheck } from './contract.ts';
import type { CreativeContent } from './creative-content.ts';
import { legalChecks } from './legal-words.ts';
import type { FullLimits } from './limits.ts';
import { pictureChecks } from './picture-checks.ts';
import type { Look } from './look.ts';
import { tagChecks } from './tag-checks.ts';
import { check, measuredWithin, sources } from './verdict.ts';

/** `files`: texts of a bundle by path; `bytes`: the file of an image; `look`: what it looks like, null when it cannot be decoded. */
export type Material = {
  kind: string;
  landing_url: string;
  content: CreativeContent | null;
  limits: FullLimits;
  bytes?: Buffer | undefined;
  media_type?: string | null | undefined;
  look?: Look | null | undefined;
  /** An SVG out of which something was taken. */
  wasCleaned?: boolean | undefined;
  files?: readonly { path: string; text: string }[] | undefined;
  /** Files of the bundle whose content is not what their name says. */
  misnamed?: readonly { path: string; is: string }[] | undefined;
  /** Words that it shows as text, and those that are said to be in its pictures. */
  words?: string | undefined;
  legal_text?: string | null | undefined;
  payer?: string | null | undefined;
  category?: string | null | undefined;
};

export function materialChecks(material: Material): CreativeCheck[] {
  return [...kindChecks(material), ...payerChecks(material), ...legalChecks(material)];
}

function kindChecks(material: Material): CreativeCheck[] {
  const { kind, content, limits } = material;
  if (kind === 'image') return pictureChecks(material);
  if (kind === 'html5' && content && 'entry' in content)
    return [
      ...bundleChecks(content, material),
      ...codeChecks(material.files ?? [], 'html5'),
      expandCheck(material.files ?? [], limits.z_index),
    ];
  if (kind === 'tag' && content && 'macros' in content) {
    const page = [{ path: 'tag', text: content.html }];
    return [...tagChecks(content), ...codeChecks(page, 'tag'), expandCheck(page, limits.z_index)];
  }
  if (kind === 'video' && content && 'bitrate_kbps' in content) return videoChecks(content, limits);
  if (kind === 'native' && content && 'title' in content) return nativeChecks(content);
  return [];
}

type Bundled = Extract<CreativeContent, { entry: string }>;

function bundleChecks({ files, click_tags, ad_size }: Bundled, { limits, misnamed = [] }: Material): CreativeCheck[] {
  const backup = files.find(
    ({ path, media_type }) => /^image\/(png|jpeg|gif|webp)/.test(media_type) && /backup|fallback|secours/i.test(path),
  );
  const pictures = files.filter(({ media_type }) => /^image\/(png|jpeg|gif|webp)/.test(media_type));
  const source = sources.adManager;
  return [
    measuredWithin('files', files.length, limits.files, {
      what: 'Files in the zip',
      source: sources.googleAds,
      advice: 'Put pictures together in a sprite, and scripts in one file.',
      level: 'warning',
    }),
    ad_size
      ? check('ad_size', 'ok', `ad.size says ${ad_size}.`, { measured: ad_size, source })
      : check('ad_size', 'warning', 'The page has no <meta name="ad.size">.', {
          source,
          advice: 'Add <meta name="ad.size" content="width=…,height=…"> to the head of the page.',
        }),
    click_tags.length > 0
      ? check('click', 'ok', `The click goes by ${click_tags.join(', ')}.`, { measured: click_tags.join(', '), source })
      : check('click', 'warning', 'The page uses no click tag: a click anywhere leads to the landing page.', {
          source,
          advice: 'Open window.clickTag in a new window on click.',
        }),
    backup || !limits.needs_backup
      ? check(
          'backup_image',
          'ok',
          backup ? `${backup.path} stands in where HTML5 does not run.` : 'No backup image is asked for.',
          {
            measured: backup?.path ?? String(pictures.length),
            source: sources.iab,
          },
        )
      : check('backup_image', 'failed', 'There is no backup image.', {
          measured: '0',
          limit: '1',
          source: sources.iab,
          advice: 'Add a still picture of the same size to the zip, named backup.png or backup.jpg.',
        }),
    misnamed.length === 0
      ? check('mime', 'ok', 'Every file is what its name says.', { source: sources.mime })
      : check('mime', 'failed', `${misnamed[0]?.path} is not what its name says: it is ${misnamed[0]?.is}.`, {
          measured: String(misnamed.length),
          limit: '0',
          source: sources.mime,
          advice: 'Give the file the ending of what it holds; browsers refuse scripts and pictures of another type.',
        }),
  ];
}

type Film = Extract<CreativeContent, { bitrate_kbps?: number | undefined }>;

function videoChecks({ bitrate_kbps, duration_s }: Film, limits: FullLimits): CreativeCheck[] {
  return [
    ...(bitrate_kbps === undefined
      ? []
      : [
          measuredWithin('bitrate', bitrate_kbps, limits.video_kbps, {
            what: 'The film takes',
            unit: 'kbit/s',
            source: sources.video,
            advice: 'Compress it again: slow connections will wait.',
            level: 'warning',
          }),
        ]),
    ...(duration_s === undefined
      ? []
      : [
          measuredWithin('video_length', Math.round(duration_s * 10) / 10, limits.video_s, {
            what: 'The film lasts',
            unit: 's',
            source: sources.video,
            advice: 'Cut it, or agree on a longer one with the publisher.',
          }),
        ]),
  ];
}

function nativeChecks(content: { image?: unknown; sponsored_by?: unknown }): CreativeCheck[] {
  return [
    content.image === undefined
      ? check('assets', 'warning', 'There is no picture.', {
          advice: 'Most native placements show one.',
          source: sources.native,
        })
      : check('assets', 'ok', 'Title and picture are there.', { source: sources.native }),
    content.sponsored_by === undefined
      ? check('sponsor', 'warning', 'No sponsor is named: the advertiser’s name stands in.', {
          source: sources.dsa,
          advice: 'Fill in “Sponsored by” where the brand has another name.',
        })
      : check('sponsor', 'ok', 'The sponsor is named.', { source: sources.dsa }),
  ];
}

function payerChecks({ payer, limits }: Material): CreativeCheck[] {
  const source = sources.dsa;
  if (payer) return [check('payer', 'ok', `Paid for by ${payer}.`, { measured: payer, source })];
  return [
    limits.needs_payer
      ? check('payer', 'failed', 'Nobody is named as who pays.', {
          source,
          advice: 'Say who pays for the ad: the advertiser or somebody else.',
        })
      : check('payer', 'ok', 'The advertiser is shown as who pays.', { source }),
  ];
}
