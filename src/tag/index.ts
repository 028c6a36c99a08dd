/** The tag as the server knows it: the built scripts, the snippets that carry them, the demonstration site. */
export { buildTags, packed, readTags, type Tag, type TagName, writeTags } from './build.ts';
export { type DemoPlacement, demoPages } from './demo.ts';
export { placementSnippet, reservation, scriptSnippet } from './snippet.ts';
export { tagsOf } from './other-snippets.ts';
