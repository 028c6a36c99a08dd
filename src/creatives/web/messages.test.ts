import { checkCodes } from '#creatives/contract';
import { expect, test } from 'vitest';
import { messages } from './messages.ts';

test.each(checkCodes)('the check %s has a title in both languages', (code) => {
  expect(messages.en[`check_${code}`]).toMatch(/^\S/);
  expect(messages.fr[`check_${code}`]).toMatch(/^\S/);
});
