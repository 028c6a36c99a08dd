/** `vigie bench decisions [--lines N] [--rounds N] [--seconds N] [--connections N]`: decisions, then impressions that are on disk before the answer, at 10, 1,000 and 10,000 live line items. */
import { DecisionReply } from '#delivery/contract';
import type { Command } from '../commands/command.ts';
import { type Contest, runBench } from './edge-bench.ts';
import { benchDomain, placementCount } from './edge-book.ts';
import type { Shot, Target } from './http-load.ts';

const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
];
const headersOf = (i: number) => ({
  'user-agent': userAgents[i % userAgents.length] ?? '',
  'accept-language': 'fr-FR,fr;q=0.9',
});

const asks: Shot[] = Array.from({ length: placementCount }, (_, i) => ({
  method: 'POST',
  path: '/v1/decisions',
  headers: { ...headersOf(i), 'content-type': 'text/plain' },
  body: JSON.stringify({
    site: benchDomain,
    url: `https://${benchDomain}/section-${i % 8}/article-${i}?page=1`,
    referrer: 'https://www.google.com/',
    placements: [{ code: `place-${i}` }],
    kv: { topic: [`topic-${i % 20}`], mood: ['calm'] },
    ...(i % 2 === 0 ? { visitor_id: `visitor-${i}`, consent: { ads: true } } : {}),
  }),
}));

const perConnection = 300;
const placementsAtOnce = 50;

/** Fresh impression addresses for each connection. */
async function impressionsOf({ origin }: Target, connections: number): Promise<(connection: number) => Shot[]> {
  const shots: Shot[] = [];
  for (let i = 0; shots.length < connections * perConnection; i++) {
    const codes = Array.from({ length: placementsAtOnce }, (_, n) => ({ code: `place-${(i + n) % placementCount}` }));
    const reply = await fetch(`${origin}/v1/decisions`, {
      method: 'POST',
      body: JSON.stringify({ site: benchDomain, placements: codes }),
      headers: headersOf(i),
    });
    const { decisions }: DecisionReply = DecisionReply.parse(await reply.json());
    const filled = decisions.flatMap(({ impression_url }) => impression_url ?? []);
    if (filled.length === 0) throw new Error('the edge filled no placement');
    for (const url of filled) shots.push({ method: 'GET', path: url.slice(origin.length), headers: headersOf(i) });
  }
  return (connection) => shots.slice(connection * perConnection, (connection + 1) * perConnection);
}

const sizes = [10, 1000, 10_000];

const contests: Contest[] = [
  {
    name: 'decisions',
    sample: asks[0] ?? { method: 'GET', path: '/', headers: {} },
    shotsOf: () =>
      Promise.resolve((connection) => [
        ...asks.slice(connection % placementCount),
        ...asks.slice(0, connection % placementCount),
      ]),
  },
  {
    name: 'impressions, on disk',
    sample: { method: 'GET', path: '/health', headers: {} },
    shotsOf: impressionsOf,
    once: true,
  },
];

const bench: Command = (args) => runBench(args, 'decisions', contests, sizes);

export default bench;
