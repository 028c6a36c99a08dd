/** What screens may use of the tag: the lines a publisher pastes. */
export { placementSnippet, scriptSnippet } from '../snippet.ts';
