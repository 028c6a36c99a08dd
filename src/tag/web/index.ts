/** What screens may use of the tag: the lines a publisher pastes. */
export {
  adServers,
  adServerSnippet,
  frameSnippet,
  imageSnippet,
  prebidCreative,
  prebidSnippet,
  vastAddress,
} from '../other-snippets.ts';
export { placementSnippet, scriptSnippet } from '../snippet.ts';
