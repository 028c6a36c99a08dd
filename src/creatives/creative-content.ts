/** What a creative holds beside its file, by kind: what is sent, and what is kept and shown. */
import * as z from 'zod';

const plainText = (max: number) => z.string().trim().min(1).max(max);

const HttpsAddress = z
  .string()
  .trim()
  .max(2048)
  .regex(/^https?:\/\/[^\s"'<>\\]+$/i, 'must be an absolute http or https address');

const HostName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a host name such as ads.example');

const texts = {
  title: plainText(140),
  body: plainText(1000).optional(),
  sponsored_by: plainText(100).optional(),
  call_to_action: plainText(40).optional(),
  /** Shown instead of the landing page's address. */
  display_url: plainText(100).optional(),
};

const TextContent = z.strictObject(texts);

/** `image` is the `file_hash` of an image creative of the same advertiser; `template`: picture above the texts, or beside them. */
const NativeContent = z.strictObject({
  ...texts,
  image: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the file_hash of an image creative')
    .optional(),
  price: plainText(40).optional(),
  template: z.enum(['card', 'row']).optional(),
});

/** A third party's snippet; a click may lead to the landing page's host and to `click_hosts`, and their subdomains. */
const TagInput = z.strictObject({
  html: z.string().trim().min(1).max(50_000),
  click_hosts: z.array(HostName).max(20).optional(),
});

/** Seconds; `vast_url` is somebody else's VAST document, wrapped by ours. */
const VideoInput = z.strictObject({
  vast_url: HttpsAddress.optional(),
  duration_s: z.number().positive().max(3600).optional(),
  skip_after_s: z.number().min(0).max(600).optional(),
  /** Measurement by third parties (Open Measurement): the script of each, and what it is told. */
  verifications: z
    .array(
      z.strictObject({
        /** `company.example-omid`, as the vendor says it. */
        vendor: plainText(200),
        url: HttpsAddress,
        parameters: z.string().max(4000).optional(),
      }),
    )
    .max(10)
    .optional(),
  /** The film's number in a registry, such as Ad-ID's `ad-id.org`; ours where there is none. */
  universal_ad_id: z.strictObject({ registry: plainText(100), id: plainText(200) }).optional(),
});

/** What may be sent as `content`, by kind: image and html5 creatives have nothing but their file. */
export const contentInputs = {
  text: TextContent,
  native: NativeContent,
  tag: TagInput,
  video: VideoInput,
} as const;

/** Any of them: the fields of the creative's kind are checked once the kind is known. */
export const CreativeContentInput = z.strictObject({
  ...NativeContent.partial().shape,
  ...TagInput.partial().shape,
  ...VideoInput.partial().shape,
});
export type CreativeContentInput = z.infer<typeof CreativeContentInput>;

/** A file of a bundle; `gzip_bytes` is what it weighs on the way. */
const BundleFile = z.object({
  path: z.string(),
  hash: z.string(),
  media_type: z.string(),
  bytes: z.int(),
  gzip_bytes: z.int(),
});
export type BundleFile = z.infer<typeof BundleFile>;

export const Html5Content = z.object({
  /** Path of the page that is shown. */
  entry: z.string(),
  files: z.array(BundleFile),
  /** Names under which the pages and scripts know the click address. */
  click_tags: z.array(z.string()),
  /** What `<meta name="ad.size">` says. */
  ad_size: z.string().nullable(),
});

const TagContent = TagInput.extend({
  /** Macros found in the snippet, as written. */
  macros: z.array(z.string()),
});

const VideoContent = VideoInput.extend({ bitrate_kbps: z.int().optional() });

/** `content` as it is kept and shown. */
export const keptContents = {
  image: z.null(),
  html5: Html5Content,
  native: NativeContent,
  text: TextContent,
  video: VideoContent.nullable(),
  tag: TagContent,
} as const;

export type CreativeContent = NonNullable<z.infer<(typeof keptContents)[keyof typeof keptContents]>>;
