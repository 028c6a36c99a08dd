/** The lists of `data/`, read once and checked. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const EngineBlock = z.object({
  urls: z.array(z.string()),
  params: z.array(z.string()).default([]),
  hiddenkeyword: z.array(z.string()).default([]),
  charsets: z.array(z.string()).default([]),
});
const Engines = z.array(z.object({ name: z.string(), blocks: z.array(EngineBlock) }));
const Hosts = z.record(z.string(), z.array(z.string()));
const SourceCategories = z.object({
  search: z.array(z.string()),
  social: z.array(z.string()),
  shopping: z.array(z.string()),
  video: z.array(z.string()),
});

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8'));

export type EngineBlock = z.output<typeof EngineBlock>;

export const searchEngines = Engines.parse(read('search-engines.json'));
export const socialNetworks = Hosts.parse(read('social-networks.json'));
export const aiAssistants = Hosts.parse(read('ai-assistants.json'));
/** Sources (lower case) by the category in which Google Analytics 4 has them. */
export const ga4Sources = SourceCategories.parse(read('ga4-sources.json'));
