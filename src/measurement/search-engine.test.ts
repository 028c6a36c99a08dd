/** Every definition of the list of search engines, run through what a referrer becomes: hosts in many countries, words, charsets, withheld words. */
import { expect, test } from 'vitest';
import { searchEngines } from './lists.ts';
import { referralOf } from './referral.ts';

const said = (referrer: string) => {
  const { source, search_term } = referralOf(referrer, 'example.org');
  return `${source}: ${search_term}`;
};

/** What `{}` stands for: a country, as a top-level domain or before the engine's name. */
const countries = 'fr de it es nl be ch at pl ru jp ca se no dk fi pt cz gr ie in us';
const domains = `${countries} co.uk com.br com.au co.jp com.tr com.mx com.ar co.in co.nz co.za com.sg com.hk`.split(
  ' ',
);

function addressesOf(url: string): string[] {
  if (!url.includes('{}')) return [url];
  const standsFirst = url.startsWith('{}') || url.includes('.{}.');
  return (standsFirst ? countries.split(' ') : domains).map((country) => url.replace('{}', country));
}

const definitions = searchEngines.flatMap(({ name, blocks }) =>
  blocks.flatMap((block) =>
    block.urls.flatMap((url) =>
      addressesOf(url).map((place) => ({ name, block, address: place.includes('/') ? place : `${place}/` })),
    ),
  ),
);

test('each address hands over the words of each parameter', () => {
  let tried = 0;
  const wrong = definitions.flatMap(({ name, block, address }) =>
    block.params.flatMap((param) => {
      if (/^\/|^ $/.test(param)) return [];
      tried++;
      const referrer = `https://${address}?lang=en&${param}=deux+mots%20encore`;
      return said(referrer) === `${name}: deux mots encore` ? [] : [`${referrer} → ${said(referrer)}, not ${name}`];
    }),
  );
  expect(tried).toBeGreaterThan(2000);
  expect(wrong).toEqual([]);
});

/** An address behind the host that fits the parameter's pattern, with `mot` as the word. */
const patterned: Readonly<Record<string, string>> = {
  '/s\\/([^\\/]+)/': 's/mot/',
  '/\\/web\\/(.*)/': 'web/mot',
  '/\\/ws\\/(.*)/': 'ws/mot',
  '/\\/[^\\/]+\\/ws\\/results\\/[^\\/]+\\/([^\\/]+)/': 'info.xcite/ws/results/Web/mot/1/417/TopNavigation',
  '/\\/search\\/([^\\/]+)/': 'search/mot/',
  '/\\/search\\?q=cache:(?:[A-Za-z0-9]+):[^+]+([^&]+)/': 'search?q=cache:AbC1:example.org+mot&hl=fr',
  '/(?:search|images|videos)\\/([^\\/]+)/': 'images/mot/',
  '/search\\/[^\\/]+\\/(.*)/': 'search/web/mot',
  '/\\/([^\\/]+)\\/index\\.html/': 'mot/index.html',
};

test('each address whose path holds the words hands them over', () => {
  const wrong = definitions.flatMap(({ name, block, address }) =>
    block.params.flatMap((param) => {
      if (!param.startsWith('/')) return [];
      const path = patterned[param];
      if (path === undefined) return [`no example of ${param} (${name})`];
      const referrer = `http://${address}${path}`;
      return said(referrer) === `${name}: mot` ? [] : [`${referrer} → ${said(referrer)}, not ${name}`];
    }),
  );
  expect(wrong).toEqual([]);
});

/** Addresses whose engines keep the words to themselves. */
const withheld: Readonly<Record<string, string>> = {
  '/^$/': '',
  '/': '',
  '/.*/': 'html/anything?x=1',
  '/\\/cr\\?.*/': 'cr?IG=A&r=1',
  '/\\/search(\\?.*)?/': 'search?hl=fr',
  '/\\/url\\?.*/': 'url?sa=t&cd=1',
  '/do/asearch': 'do/asearch',
  '/do/search': 'do/search',
  '/sp/search': 'sp/search',
  '/redir\\?.*redir=.*/': 'redir?via=x&redir=abc',
  '/link\\?url=.*/': 'link?url=abc',
  '/\\/r\\/.*/': 'r/_ylt=A0',
};

test('each address with withheld words is a search of the engine without words', () => {
  const wrong = definitions.flatMap(({ name, block, address }) =>
    block.hiddenkeyword.flatMap((rule) => {
      // The list's spelling of an app's referrer; how it truly looks is among the cases of channels.
      if (address.startsWith('android-app//')) return [];
      const path = address.endsWith('/') ? withheld[rule] : '?a=1';
      if (path === undefined) return [`no example of ${rule} (${name})`];
      const referrer = `https://${address}${path}`;
      return said(referrer) === `${name}: ` ? [] : [`${referrer} → ${said(referrer)}, not ${name}`];
    }),
  );
  expect(wrong).toEqual([]);
});

/** Words of each charset's readers, by its bytes. */
const words: Readonly<Record<string, [bytes: string, text: string]>> = {
  'utf-8': ['%E3%81%82%E3%82%93', 'あん'],
  'iso-8859-1': ['%E9t%E9', 'été'],
  'iso-8859-2': ['%E8%F8', 'čř'],
  'windows-1250': ['%9E%E8', 'žč'],
  'windows-1251': ['%EF%F0%E8%E2%E5%F2', 'привет'],
  gb2312: ['%C4%E3%BA%C3', '你好'],
  'euc-jp': ['%C6%FC%CB%DC', '日本'],
  'euc-kr': ['%C7%D1%B1%DB', '한글'],
  shift_jis: ['%93%FA%96%7B', '日本'],
  ms932: ['%93%FA%96%7B', '日本'],
};

test('each charset of each engine is read', () => {
  const wrong = definitions.flatMap(({ name, block, address }) => {
    const param = block.params.find((given) => /^[\w-]+$/.test(given));
    if (param === undefined) return [];
    // Bytes that several of an engine's charsets can read are those of the first of them.
    return block.charsets.slice(0, 2).flatMap((charset) => {
      const known = words[charset.toLowerCase()];
      if (!known) return [`no words in ${charset} (${name})`];
      const referrer = `http://${address}?${param}=${known[0]}`;
      return said(referrer) === `${name}: ${known[1]}` ? [] : [`${referrer} → ${said(referrer)} (${charset})`];
    });
  });
  expect(wrong).toEqual([]);
});

test.each([
  // Any page of the engine's own domain is Google's, as Google Analytics has it; its other services are websites.
  ['https://www.google.com/maps/place/x', 'Google: '],
  ['https://www.google.fr/intl/fr/about', 'Google: '],
  ['https://edition.cnn.com/article', 'edition.cnn.com: '],
  ['https://www.cnn.com/article', 'cnn.com: '],
  ['https://docs.google.com/document/d/1', 'docs.google.com: '],
  ['https://sites.google.com/view/x', 'sites.google.com: '],
  // A portal's own pages are not its search, unless Google Analytics counts the portal as an engine.
  ['https://www.orange.fr/portail', 'orange.fr: '],
  ['https://qwant.com/?q=un', 'Qwant: un'],
  ['https://www.yahoo.com/news', 'Yahoo!: '],
  ['https://www.bing.com/search?q=%22deux%20mots%22', 'Bing: "deux mots"'],
  ['https://www.google.com/search?q=', 'Google: '],
  ['https://www.google.com/search?q=a%00b%0Ac', 'Google: a b c'],
  ['google.fr/search?q=sans+protocole', 'Google: sans protocole'],
  ['//www.bing.com/', 'Bing: '],
])('%s', (referrer, expected) => {
  expect(said(referrer)).toBe(expected);
});
