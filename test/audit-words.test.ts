/** Every action that a write leaves in the audit trail has words in both languages. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InvitationMove, ProposalMove } from '../src/campaigns/contract.ts';

const { actionInWords }: { actionInWords: (action: string, language: 'en' | 'fr') => string } = await import(
  new URL('../src/people/web/audit-words.ts', import.meta.url).href
);

const source = new URL('../src/', import.meta.url);
const written = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .flatMap((file) => [...readFileSync(new URL(file, source), 'utf8').matchAll(/\baction: '([a-z-]+\.[a-z-]+)'/g)])
  .map(([, action = '']) => action);

const dashed = (of: string, moves: readonly string[]) => moves.map((move) => `${of}.${move.replaceAll('_', '-')}`);

test.each([
  ...new Set([...written, ...dashed('rfp', InvitationMove.options), ...dashed('proposal', ProposalMove.options)]),
])('%s', (action) => {
  expect(actionInWords(action, 'fr')).not.toBe(action);
  expect(actionInWords(action, 'en')).not.toBe(action);
});
