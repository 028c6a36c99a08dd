import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The arrows: a domain may use the domains named beside it, and the platform. Read from top to bottom; nothing points down. */
const mayUse: Record<string, readonly string[]> = {
  platform: [],
  people: [],
  inventory: ['people'],
  measurement: ['people', 'inventory'],
  analytics: ['people', 'inventory', 'measurement'],
  forecasting: ['people', 'inventory', 'analytics'],
  creatives: ['people', 'inventory'],
  campaigns: ['people', 'inventory', 'forecasting', 'creatives'],
  delivery: ['people', 'inventory', 'measurement', 'creatives', 'campaigns', 'forecasting'],
  seo: ['people', 'inventory', 'measurement', 'analytics'],
  reporting: ['people', 'inventory', 'measurement', 'analytics', 'creatives', 'campaigns'],
  tag: [],
  app: [
    'people',
    'inventory',
    'measurement',
    'analytics',
    'forecasting',
    'creatives',
    'campaigns',
    'delivery',
    'seo',
    'reporting',
    'tag',
  ],
};

/** Files over 500 lines, each with its reason. */
const longFiles: Record<string, string> = {};

const files = walk(join(root, 'src')).filter((file) => /\.tsx?$/.test(file));
const imports =
  /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(imports)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const domainOf = (file: string) => file.slice(join(root, 'src').length + 1).split('/')[0] ?? '';
const shown = (file: string) => file.slice(root.length);

describe('the house', () => {
  test('every folder of src is a domain of the table', () => {
    expect(
      readdirSync(join(root, 'src')).filter((name) => !(name in mayUse) && walk(join(root, 'src', name)).length > 0),
    ).toEqual([]);
  });

  test('a domain uses only domains above it, through their doors', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = domainOf(file);
      for (const name of importsOf(file)) {
        const door = /^#([a-z]+)(?:\/(contract|web|testing))?$/.exec(name);
        if (name.startsWith('#') && !door) wrong.push(`${shown(file)} imports ${name}: no such door`);
        const to = door?.[1];
        if (to && to !== from && to !== 'platform' && !mayUse[from]?.includes(to)) {
          wrong.push(
            `${shown(file)} imports ${name}: ${from} may use ${mayUse[from]?.join(', ') || 'the platform alone'}. Cut the knot, or change the table in thought.`,
          );
        }
        if (name.startsWith('.') && domainOf(join(file, '..', name)) !== from)
          wrong.push(
            `${shown(file)} imports ${name}: another domain is entered through its door, #${domainOf(join(file, '..', name))}.`,
          );
      }
    }
    expect(wrong).toEqual([]);
  });

  test('the browser never imports the server', () => {
    const wrong = files
      .filter((file) => /\/web\//.test(file) && !/\.test\.tsx?$/.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => name.startsWith('node:') || /^#[a-z]+(\/testing)?$/.test(name))
          .map((name) => `${shown(file)} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  test('only the settings read the environment', () => {
    const allowed = new Set([
      'src/platform/config.ts',
      'src/platform/chdb.ts',
      'src/platform/chdb-server.ts',
      'src/platform/testing.ts',
      'src/platform/browser.ts',
      'src/app/supervisor.ts',
    ]);
    const wrong = files
      .filter(
        (file) =>
          !file.endsWith('.test.ts') && !file.includes('/bench/') && /process\.env/.test(readFileSync(file, 'utf8')),
      )
      .map(shown);
    expect(wrong.filter((file) => !allowed.has(file))).toEqual([]);
  });

  test('no file is over 500 lines without a reason', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 500).map(shown);
    expect(long.filter((file) => !(file in longFiles))).toEqual([]);
  });

  test('ARCHITECTURE.md shows the same arrows', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    for (const [domain, used] of Object.entries(mayUse)) {
      expect(text, `the row of ${domain}`).toContain(`| \`${domain}\` | ${used.join(', ') || '—'} |`);
    }
  });
});
