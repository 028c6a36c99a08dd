/** Links with campaign tags, written as the organisation writes them. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Nothing, page, route, Timestamp } from '#platform/contract';

const Word = z.string().trim().min(1).max(60);

export const LinkRules = z.strictObject({
  /** Names become lower case. */
  lower_case: z.boolean(),
  /** What stands for spaces. */
  separator: z.enum(['-', '_', '.', '+']),
  /** The only sources and media allowed; empty: any. */
  sources: z.array(Word).max(200),
  media: z.array(Word).max(100),
  /** What a campaign's name is made of, joined by `_`, such as brand, product, month; empty: anything. */
  parts: z.array(Word).max(10),
});
export type LinkRules = z.infer<typeof LinkRules>;
export const usualLinkRules: LinkRules = { lower_case: true, separator: '-', sources: [], media: [], parts: [] };

const Tag = z.string().trim().max(200);

export const NewLink = z.strictObject({
  url: z
    .string()
    .trim()
    .max(2000)
    .refine(
      (url) => /^https?:\/\//i.test(url) && URL.canParse(url),
      'must be an address such as https://example.com/page',
    ),
  source: Tag.min(1),
  medium: Tag.min(1),
  campaign: Tag.min(1),
  content: Tag.default(''),
  term: Tag.default(''),
  /** The line item the link belongs to: its visits are then known by it too. */
  line_item_id: Id.nullable().default(null),
});
export type NewLink = z.input<typeof NewLink>;

export const Link = z.object({
  id: Id,
  url: z.string(),
  source: z.string(),
  medium: z.string(),
  campaign: z.string(),
  content: z.string(),
  term: z.string(),
  line_item_id: Id.nullable(),
  line_item_name: z.string().nullable(),
  /** The whole address, ready to use. */
  built: z.string(),
  created_at: Timestamp,
});
export type Link = z.infer<typeof Link>;

/** A name as the rules write it: accents off, case, spaces, and only what an address carries well. */
export function nameWritten(
  text: string,
  { lower_case, separator }: Pick<LinkRules, 'lower_case' | 'separator'>,
): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[’']/g, ' ').trim();
  const joined = plain.replace(/\s+/g, separator).replace(/[^\w.+~-]/g, '');
  return lower_case ? joined.toLowerCase() : joined;
}

type Written = { source: string; medium: string; campaign: string; content: string; term: string };

/** The address with its tags; those it had of the same names are replaced, everything else stays. */
export function linkBuilt(url: string, tags: Written, lineItem: string | null): string {
  const built = new URL(url);
  const set = {
    utm_source: tags.source,
    utm_medium: tags.medium,
    utm_campaign: tags.campaign,
    utm_content: tags.content,
    utm_term: tags.term,
    vigie_line: lineItem ?? '',
  };
  for (const [name, value] of Object.entries(set)) {
    if (value === '') built.searchParams.delete(name);
    else built.searchParams.set(name, value);
  }
  return built.href;
}

/** Why a name is not written by the rules, and in which field; undefined when it is. */
export function ruleBroken(
  tags: Written,
  { sources, media, parts }: LinkRules,
): { field: keyof Written; sentence: string } | undefined {
  if (sources.length > 0 && !sources.includes(tags.source))
    return { field: 'source', sentence: `must be one of ${sources.join(', ')}` };
  if (media.length > 0 && !media.includes(tags.medium))
    return { field: 'medium', sentence: `must be one of ${media.join(', ')}` };
  const given = tags.campaign.split('_');
  if (parts.length > 0 && (given.length !== parts.length || given.includes('')))
    return { field: 'campaign', sentence: `must be ${parts.map((part) => `{${part}}`).join('_')}` };
  return undefined;
}

export const createLink = route({
  method: 'POST',
  path: '/api/links',
  can: 'links.write',
  status: 201,
  input: NewLink,
  reply: Link,
  summary: 'Build a link with campaign tags by the organisation’s rules',
});

export const listLinks = route({
  method: 'GET',
  path: '/api/links',
  can: 'links.read',
  input: ListInput.extend({ campaign: z.string().max(200).optional(), line_item_id: Id.optional() }),
  reply: page(Link),
  summary: 'Links that were built, newest first',
});

export const removeLink = route({
  method: 'DELETE',
  path: '/api/links/:id',
  can: 'links.write',
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Take a link off the list; its visits stay',
});

export const readLinkRules = route({
  method: 'GET',
  path: '/api/link-rules',
  can: 'links.read',
  input: Nothing,
  reply: LinkRules,
  summary: 'How names in links are written',
});

export const changeLinkRules = route({
  method: 'PUT',
  path: '/api/link-rules',
  can: 'links.write',
  input: LinkRules,
  reply: LinkRules,
  summary: 'Change how names in links are written; links that exist stay as they are',
});
