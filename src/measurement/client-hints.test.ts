import { expect, test } from 'vitest';
import { agentIn } from './client-hints.ts';

const chrome = (system: string, mobile = '') =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 ${mobile}Safari/537.36`;
const windows = chrome('Windows NT 10.0; Win64; x64');
const linux = chrome('X11; Linux x86_64');
const reduced = chrome('Linux; Android 10; K', 'Mobile ');
const brands = (name: string, version: string) => `"Chromium";v="138", "Not=A?Brand";v="8", "${name}";v="${version}"`;

test.each<[string, string, Record<string, string>, string[]]>([
  [
    'Chrome itself',
    windows,
    { 'sec-ch-ua': brands('Google Chrome', '138') },
    ['desktop', '', 'Chrome', '138', 'Windows', '10'],
  ],
  ['Brave', windows, { 'sec-ch-ua': brands('Brave', '138') }, ['desktop', '', 'Brave', '138', 'Windows', '10']],
  [
    'DuckDuckGo',
    windows,
    { 'sec-ch-ua': brands('DuckDuckGo', '138') },
    ['desktop', '', 'DuckDuckGo', '138', 'Windows', '10'],
  ],
  [
    'Edge, which says so in its text too',
    `${windows} Edg/138.0.0.0`,
    { 'sec-ch-ua': brands('Microsoft Edge', '138') },
    ['desktop', '', 'Edge', '138', 'Windows', '10'],
  ],
  [
    'a made-up name in another order',
    windows,
    { 'sec-ch-ua': '"Not)A;Brand";v="99", "Chromium";v="138"' },
    ['desktop', '', 'Chrome', '138', 'Windows', '10'],
  ],
  [
    'Windows 11',
    windows,
    { 'sec-ch-ua-platform': '"Windows"', 'sec-ch-ua-platform-version': '"15.0.0"' },
    ['desktop', '', 'Chrome', '138', 'Windows', '11'],
  ],
  [
    'Windows 10',
    windows,
    { 'sec-ch-ua-platform': '"Windows"', 'sec-ch-ua-platform-version': '"10.0.0"' },
    ['desktop', '', 'Chrome', '138', 'Windows', '10'],
  ],
  [
    'Android, whose version the text no longer tells',
    reduced,
    { 'sec-ch-ua-platform': '"Android"', 'sec-ch-ua-mobile': '?1', 'sec-ch-ua-platform-version': '"15.0.0"' },
    ['phone', '', 'Chrome', '138', 'Android', '15'],
  ],
  [
    'macOS, whose version the text no longer tells',
    chrome('Macintosh; Intel Mac OS X 10_15_7'),
    { 'sec-ch-ua-platform': '"macOS"', 'sec-ch-ua-platform-version': '"14.5.0"' },
    ['desktop', 'Apple', 'Chrome', '138', 'macOS', '14'],
  ],
  [
    'an old macOS',
    chrome('Macintosh; Intel Mac OS X 10_14_6'),
    { 'sec-ch-ua-platform': '"macOS"', 'sec-ch-ua-platform-version': '"10.14.6"' },
    ['desktop', 'Apple', 'Chrome', '138', 'macOS', '10.14'],
  ],
  [
    'an Xbox that asks for the desktop site',
    `${windows} Edg/138.0.0.0`,
    { 'sec-ch-ua-platform': '"Windows"', 'sec-ch-ua-platform-version': '"14.0.0"', 'sec-ch-ua-model': '"Xbox"' },
    ['tv', 'Microsoft', 'Edge', '138', 'Xbox', ''],
  ],
  [
    'a tablet that asks for the desktop site',
    linux,
    { 'sec-ch-ua-platform': '"Android"', 'sec-ch-ua-mobile': '?0' },
    ['tablet', '', 'Chrome', '138', 'Android', ''],
  ],
  [
    'a phone that asks for the desktop site',
    linux,
    { 'sec-ch-ua-platform': '"Android"', 'sec-ch-ua-mobile': '?1' },
    ['phone', '', 'Chrome', '138', 'Android', ''],
  ],
  [
    'a computer with Linux',
    linux,
    { 'sec-ch-ua-platform': '"Linux"', 'sec-ch-ua-mobile': '?0' },
    ['desktop', '', 'Chrome', '138', 'Linux', ''],
  ],
  [
    'a model',
    reduced,
    { 'sec-ch-ua-platform': '"Android"', 'sec-ch-ua-model': '"SM-S918B"' },
    ['phone', 'Samsung', 'Chrome', '138', 'Android', '10'],
  ],
  ['no hints', windows, {}, ['desktop', '', 'Chrome', '138', 'Windows', '10']],
])('%s', (_, userAgent, headers, told) => {
  const { device, bot } = agentIn(headers, userAgent);
  const { type, brand, browser, browser_version, os, os_version } = device;
  expect(bot).toBeNull();
  expect([type, brand, browser, browser_version, os, os_version]).toEqual(told);
});

test('hints make no person of a machine', () => {
  const { bot } = agentIn(
    { 'sec-ch-ua': brands('HeadlessChrome', '138') },
    windows.replace('Chrome/', 'HeadlessChrome/'),
  );
  expect(bot).not.toBeNull();
});
