/** The machines that also call: crawlers under their own names. They are to be told apart, not counted. */
import crawlers from 'crawler-user-agents';
import { weighted } from './random.ts';

/** Names that come to every news site, and how often among machines. */
const frequent: readonly (readonly [RegExp, number])[] = [
  [/Googlebot/, 30],
  [/bingbot/, 16],
  [/GPTBot/, 12],
  [/ClaudeBot/, 8],
  [/AhrefsBot/, 8],
  [/SemrushBot/, 6],
  [/facebookexternalhit/, 7],
  [/Applebot/, 5],
  [/YandexBot/, 3],
  [/DuckDuckBot/, 2],
  [/Qwantify|Qwantbot/i, 2],
  [/PerplexityBot/, 3],
  [/Bytespider/, 4],
  [/PetalBot/, 3],
  [/Twitterbot/, 1],
  [/Slackbot/, 1],
  [/UptimeRobot/, 4],
  [/Feedly/, 2],
  [/curl/, 2],
  [/python-requests/, 3],
];

const agents = frequent.flatMap(([name, weight]): [string, number][] => {
  const found = crawlers
    .flatMap(({ instances }) => instances)
    .filter((agent) => name.test(agent) && agent.length < 400);
  return found.slice(0, 3).map((agent) => [agent, weight / Math.min(3, found.length)]);
});

export const crawlerAgent = weighted(agents);
/** Addresses outside the readers' networks. */
export const crawlerNetworks = ['66.249', '40.77', '20.171', '54.36', '185.191', '17.58', '69.63'];
