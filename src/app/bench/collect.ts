/** `vigie bench collect [--rounds N] [--seconds N] [--connections N]`: page views that are on disk before the answer. */
import type { Command } from '../commands/command.ts';
import { runBench } from './edge-bench.ts';
import { benchDomain } from './edge-book.ts';
import type { Shot } from './http-load.ts';

const shots: Shot[] = Array.from({ length: 200 }, (_, i) => ({
  method: 'POST',
  path: '/e',
  headers: {
    'content-type': 'text/plain',
    'user-agent': `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${100 + (i % 27)}.0.0.0 Safari/537.36`,
    'accept-language': 'fr-FR,fr;q=0.9',
  },
  body: JSON.stringify({
    site: benchDomain,
    url: `https://${benchDomain}/section-${i % 8}/article-${i}?utm_source=newsletter&utm_campaign=c${i % 5}`,
    referrer: i % 3 === 0 ? 'https://www.google.com/search?q=a' : '',
    language: 'fr-FR',
    width: 1440,
  }),
}));

const bench: Command = (args) =>
  runBench(args, 'collect', [
    {
      name: 'page views, on disk',
      sample: shots[0] ?? { method: 'GET', path: '/', headers: {} },
      shotsOf: () => Promise.resolve((connection) => [...shots.slice(connection), ...shots.slice(0, connection)]),
    },
  ]);

export default bench;
