/**
 * Converts the lists of matomo-org/searchengine-and-social-list (CC0-1.0) into the JSON files beside this script.
 * Run once per new version of the lists: `node src/measurement/data/convert.ts FOLDER_OF_YML`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (!folder) throw new Error('Name the folder that holds SearchEngines.yml, Socials.yml and AIAssistants.yml.');

const read = (name: string) => readFileSync(join(folder, name), 'utf8').split('\n');
const write = (name: string, value: unknown) =>
  writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(value, null, 1)}\n`);

const unquoted = (text: string) =>
  text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text.startsWith('"') ? text.slice(1, -1) : text;

type Block = { urls: string[]; params?: string[]; hiddenkeyword?: string[]; charsets?: string[] };
type Engine = { name: string; blocks: Block[] };

/** The subset of YAML in which SearchEngines.yml is written: name → list of blocks → key → list of scalars. */
function engines(lines: string[]): Engine[] {
  const found: Engine[] = [];
  let list: string[] = [];
  for (const line of lines) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    if (!line.startsWith(' ')) {
      found.push({ name: unquoted(text.slice(0, -1)), blocks: [] });
      continue;
    }
    const blocks = found.at(-1)?.blocks ?? [];
    if (line.startsWith('  -')) blocks.push({ urls: [] });
    const key = /^(?:- )?(urls|params|hiddenkeyword|charsets|backlink):/.exec(text)?.[1];
    const block = blocks.at(-1);
    if (key && block) {
      list = [];
      if (key === 'urls') block.urls = list;
      if (key === 'params') block.params = list;
      if (key === 'hiddenkeyword') block.hiddenkeyword = list;
      if (key === 'charsets') block.charsets = list;
    } else if (text.startsWith('- ')) list.push(unquoted(text.slice(2)));
  }
  return found;
}

/** name → list of hosts. */
function hosts(lines: string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let list: string[] = [];
  for (const line of lines) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    if (!line.startsWith(' ')) found[unquoted(text.slice(0, -1))] = list = [];
    else list.push(unquoted(text.slice(2)));
  }
  return found;
}

write('search-engines.json', engines(read('SearchEngines.yml')));
write('social-networks.json', hosts(read('Socials.yml')));
write('ai-assistants.json', hosts(read('AIAssistants.yml')));
