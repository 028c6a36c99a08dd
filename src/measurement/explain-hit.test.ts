import crawlers from 'crawler-user-agents';
import fc from 'fast-check';
import UserAgent from 'user-agents';
import { describe, expect, test } from 'vitest';
import { agentOf } from './agent.ts';
import bots from './cases/bots.json' with { type: 'json' };
import channels from './cases/channels.json' with { type: 'json' };
import devices from './cases/devices.json' with { type: 'json' };
import searches from './cases/searches.json' with { type: 'json' };
import { explainHit } from './explain-hit.ts';
import { aiAssistants, searchEngines, socialNetworks } from './lists.ts';

const nowhere = { countryOf: () => '' };
const explained = (query: string, referrer: string) =>
  explainHit({ url: `https://example.org/${query === '' ? '' : `?${query}`}`, referrer }, nowhere);

describe('channels', () => {
  test.each(channels)('$query $referrer is $channel', ({ query, referrer, channel, source }) => {
    expect(explained(query, referrer)).toMatchObject({ channel, source });
  });

  test('the words of a campaign are kept as written', () => {
    const { campaign } = explained(
      'utm_source=News%20Letter&utm_medium=email&utm_campaign=%C3%89t%C3%A9&utm_content=b&utm_term=c+d',
      '',
    );
    expect(campaign).toEqual({ source: 'News Letter', medium: 'email', name: 'Été', content: 'b', term: 'c d' });
  });

  test('a page of the site itself is no source, nor is one of its subdomains', () => {
    expect(explained('', 'https://example.org/other')).toMatchObject({ channel: 'Direct', source: '' });
    expect(explained('', 'https://blog.example.org/')).toMatchObject({ channel: 'Direct', source: '' });
  });

  test('any text as referrer and query is classified', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string(), (referrer, query) => {
        const { channel, source } = explained(query, referrer);
        expect(channel).not.toBe('');
        if (channel === 'Direct') expect(source).toBe('');
      }),
    );
  });
});

describe('search engines', () => {
  test.each(searches)('$referrer', ({ referrer, source, term }) => {
    expect(explained('', referrer)).toMatchObject({ source, search_term: term });
  });

  // Each address of the list with each of its parameters; a wildcard stands for some countries.
  const named = searchEngines.flatMap(({ name, blocks }) =>
    blocks.flatMap(({ urls, params }) =>
      urls.flatMap((url) =>
        (url.includes('{}')
          ? url.startsWith('{}') || url.includes('.{}.')
            ? ['fr', 'de']
            : ['fr', 'de', 'co.uk', 'com.br']
          : ['']
        ).flatMap((country) =>
          params
            .filter((param) => /^[\w-]+$/.test(param))
            .map((param) => ({ name, param, address: url.replace('{}', country) })),
        ),
      ),
    ),
  );

  test('every engine of the list is named with its words', () => {
    const wrong = named.flatMap(({ name, param, address }) => {
      const referrer = `http://${address}${address.includes('/') ? '' : '/'}?${param}=deux+mots`;
      const { source, search_term } = explained('', referrer);
      return source === name && search_term === 'deux mots' ? [] : [`${referrer} → ${source} "${search_term}"`];
    });
    expect(named.length).toBeGreaterThan(900);
    expect(wrong).toEqual([]);
  });

  test('words in an engine’s own charset are read', () => {
    const text = 'č ž';
    const bytes: Record<string, string> = { 'iso-8859-2': '%E8+%BE', 'windows-1250': '%E8+%9E' };
    const wrong = searchEngines.flatMap(({ name, blocks }) =>
      blocks.flatMap(({ urls, params, charsets }) => {
        const charset = charsets[0]?.toLowerCase() ?? '';
        const [url, param] = [urls[0], params.find((given) => /^\w+$/.test(given))];
        if (!bytes[charset] || charsets.length > 1 || !url || !param) return [];
        const term = explained('', `http://${url}/?${param}=${bytes[charset]}`).search_term;
        return term === text ? [] : [`${name} ${charset}: ${term}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

test('every social network and AI assistant of the lists is named', () => {
  const wrong = [...Object.entries(socialNetworks), ...Object.entries(aiAssistants)].flatMap(([name, hosts]) =>
    hosts.flatMap((host) => {
      const { source, channel } = explained('', `https://${host}${host.includes('/') ? '' : '/'}`);
      const isRight =
        source === decodeURIComponent(name) && ['Organic Social', 'Organic Video', 'AI Assistants'].includes(channel);
      return isRight ? [] : [`${host} → ${source}, ${channel}`];
    }),
  );
  expect(wrong).toEqual([]);
});

describe('devices', () => {
  test.each(devices)('$user_agent', ({ user_agent, device }) => {
    const { device: found, bot } = agentOf(user_agent);
    const { type, brand, browser, browser_version, os, os_version } = found;
    expect(bot).toBeNull();
    expect([type, brand, browser, browser_version, os, os_version]).toEqual(device);
  });

  test.each(bots)('$user_agent is a machine', ({ user_agent, name, category }) => {
    expect(agentOf(user_agent).bot).toEqual({ name, category });
    expect(explainHit({ url: 'https://example.org/', user_agent }, nowhere).ignored).toBe('bot');
  });

  test('whoever the list of crawlers quotes is a machine, whatever a weighted sample of readers uses is not', () => {
    // Apps and editors that the list counts as crawlers: there is a person behind them.
    const people = /Instagram \d|MetaIAB|Code\/|Trae\/|Fluid\/|TSM-/;
    const quoted = crawlers.flatMap((entry) => entry.instances ?? []).filter((agent) => !people.test(agent));
    expect(quoted.length).toBeGreaterThan(2000);
    expect(quoted.filter((agent) => agentOf(agent).bot === null)).toEqual([]);

    const types: Record<string, string> = { iPad: 'tablet', iPhone: 'phone', Win32: 'desktop' };
    const wrong = Array.from({ length: 3000 }, () => new UserAgent().data).filter(({ userAgent, platform }) => {
      const { bot, device } = agentOf(userAgent);
      const said = /iPad/.test(userAgent) ? 'tablet' : types[platform];
      return bot !== null || (said !== undefined && device.type !== said);
    });
    expect(wrong).toEqual([]);
  });
});
