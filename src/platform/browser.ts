/** A real Chromium for creative checks, proofs, SEO and tests: the one that comes with npm on Linux x64, an installed one elsewhere. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { Refusal } from './refusal.ts';

export type { Browser, BrowserContext, Page } from 'playwright-core';

export type BrowserOptions = {
  /** Folder where the browser is unpacked once, about 250 MB; `~/.cache/vigie` unless said. */
  cache?: string;
  /** A browser to use instead of looking for one. */
  executable?: string;
  /** More command-line flags. */
  args?: string[];
};

/** What the browser must not do here: reach out on its own, ask questions, need a display or a kernel sandbox. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--font-render-hinting=none',
];

/**
 * Starts a headless browser with a fresh profile that is removed when it closes. The caller closes it.
 * Throws a Refusal `not-found` when the machine has none.
 */
export async function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const found = await findBrowser(options);
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: found.executable,
    headless: true,
    args: [...flags, ...(options.args ?? [])],
    // The environment is passed on as it is; no setting is read from it here.
    env: { ...process.env, ...found.env },
  });
}

type Found = { executable: string; env: Record<string, string> };

async function findBrowser({ executable, cache = join(homedir(), '.cache', 'vigie') }: BrowserOptions): Promise<Found> {
  if (executable !== undefined) return { executable, env: {} };
  // The packaged binary needs glibc, whose loader always has this name on x64.
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync('/lib64/ld-linux-x86-64.so.2'))
    return unpack(cache);
  const installed = places().find((place) => existsSync(place));
  if (installed !== undefined) return { executable: installed, env: {} };
  throw new Refusal('not-found', 'No browser found: install Chrome, Chromium or Edge, and try again.');
}

/**
 * Unpacks the packaged Chromium and the libraries and fonts it needs beside glibc, once per version.
 * The work is done in a folder of its own that is renamed when whole, so that processes that start together do not read half a browser.
 */
async function unpack(cache: string): Promise<Found> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const version = await versionOf(entry);
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    const staging = await mkdtemp(join(cache, 'unpacking-'));
    try {
      await inflateInto(staging, entry);
      await writeFile(join(staging, 'fonts', 'fonts.conf'), fontsConfig(folder));
      await rename(staging, folder);
    } catch (error) {
      // Another process may have been first: its folder is as good.
      const isThere = await access(folder).then(
        () => true,
        () => false,
      );
      if (!isThere) throw error;
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  return {
    executable: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  };
}

/**
 * The package unpacks into the temporary folder under fixed names, and its libraries only where it recognises Amazon Linux:
 * a child process with both set by environment gets the same files into a folder of ours.
 */
async function inflateInto(folder: string, entry: string): Promise<void> {
  const script = `const m = await import(${JSON.stringify(pathToFileURL(entry).href)}); await (m.default.executablePath ? m.default : m.default.default).executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  });
}

async function versionOf(entry: string): Promise<string> {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
    const found = /"version":\s*"([\w.-]+)"/.exec(text);
    if (found?.[1] !== undefined) return found[1];
  }
  throw new Error(`No package.json with a version above ${entry}.`);
}

const fontsConfig = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${xml(join(folder, 'fonts', 'fonts'))}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${xml(join(folder, 'fonts-cache'))}</cachedir>
</fontconfig>
`;

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Where installers put Chrome, Chromium and Edge. */
function places(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    const roots = ['C:\\Program Files', 'C:\\Program Files (x86)', join(homedir(), 'AppData', 'Local')];
    const tails = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ];
    return roots.flatMap((root) => tails.map((tail) => join(root, tail)));
  }
  return ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'].map(
    (name) => `/usr/bin/${name}`,
  );
}
