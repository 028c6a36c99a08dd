/** A combined log of a mid-sized site, made up but shaped like real ones; the same seed writes the same bytes. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 5);
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const bots = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'UptimeRobot/2.0',
  'curl/8.5.0',
];
const systems = [
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 10_15_7',
  'X11; Linux x86_64',
  'Linux; Android 14; K',
  'Linux; Android 13; SM-A536B',
];
const sections = ['actualites', 'sport', 'culture', 'economie', 'regions', 'sciences'];
const referrers = [
  'https://www.google.com/',
  'https://www.google.fr/',
  'https://www.bing.com/search?q=lacs+et+montagnes',
  'https://duckduckgo.com/',
  'https://www.facebook.com/',
  'https://chatgpt.com/',
  'https://blog.example.org/revue',
];

/** A small generator of numbers in [0, 1): mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Writes `lines` lines over about a week to `file`. */
export async function writeLog(file: string, lines: number): Promise<void> {
  const random = seeded(20_260_105);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] ?? items[0]!;
  const skewed = (most: number) => Math.floor(random() ** 3 * most);
  const out = createWriteStream(file);
  let text = '';
  for (let i = 0; i < lines; i++) {
    const reader = skewed(60_000);
    const mixed = Math.imul(reader + 1, 2_654_435_761) >>> 0;
    const isBot = random() < 0.15;
    const ip = `${(mixed % 222) + 1}.${(mixed >>> 8) & 255}.${(mixed >>> 16) & 255}.${(mixed >>> 24) & 255}`;
    const agent = isBot
      ? pick(bots)
      : `Mozilla/5.0 (${systems[mixed % systems.length]}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${110 + (mixed % 30)}.0.0.0 ${mixed % systems.length > 2 ? 'Mobile ' : ''}Safari/537.36`;
    const kind = random();
    const page = `/${pick(sections)}/article-${skewed(8000)}`;
    const target =
      kind < 0.3
        ? page
        : kind < 0.35
          ? `${page}?utm_source=newsletter&utm_medium=email&utm_campaign=hebdo-${skewed(50)}`
          : kind < 0.7
            ? `/assets/${skewed(300)}.${pick(['css', 'js', 'woff2'])}`
            : `/images/${skewed(20_000)}.${pick(['jpg', 'webp', 'png'])}`;
    const status = kind > 0.98 ? 404 : random() < 0.08 ? 304 : random() < 0.02 ? 301 : 200;
    const referrer = isBot ? '-' : kind < 0.35 && random() < 0.4 ? pick(referrers) : `https://www.bench.example${page}`;
    const at = new Date(start + Math.floor((i * 7 * day) / lines));
    const two = (n: number) => String(n).padStart(2, '0');
    const time = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
    text += `${ip} - - [${time}] "GET ${target} HTTP/1.1" ${status} ${status === 304 ? '-' : 500 + skewed(90_000)} "${referrer}" "${agent}"\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'finish');
}
