import { resolve } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { readConfig } from './config.ts';

afterEach(() => vi.unstubAllEnvs());

test.each<[Parameters<typeof readConfig>[0]]>([
  [{ VIGIE_PORT: 'eighty' }],
  [{ VIGIE_PORT: '70000' }],
  [{ VIGIE_PORT: ' ' }],
  [{ VIGIE_PORT: '-1' }],
  [{ VIGIE_EDGE_PORT: '1e3' }],
  [{ VIGIE_URL: 'example.com' }],
  [{ VIGIE_URL: 'javascript:alert(1)' }],
  [{ VIGIE_POSTGRES_URL: 'mysql://localhost/a' }],
  [{ VIGIE_POSTGRES_URL: 'postgresfoo' }],
  [{ VIGIE_CLICKHOUSE_URL: 'localhost' }],
  [{ VIGIE_SECRET: 'short' }],
  [{ VIGIE_SIMULATED_TIME: 'yes' }],
  [{ VIGIE_RETENTION_MONTHS: '0' }],
  [{ VIGIE_LOG: 'loud' }],
  [{ VIGIE_TRUSTED_PROXIES: '10.0.0.0/8, nonsense' }],
  [{ VIGIE_TRUSTED_PROXIES: '10.0.0.0/33' }],
])('a bad setting is named, its value is not shown: %j', (given) => {
  const [name = '', value = ''] = Object.entries(given ?? {})[0] ?? [];
  expect(() => readConfig(given)).toThrow(new RegExp(`^${name}: .+`));
  if (value.length > 4 && name !== 'VIGIE_LOG') expect(() => readConfig(given)).not.toThrow(value);
});

test('the command line goes before the environment, an empty value is none', () => {
  vi.stubEnv('VIGIE_PORT', '5000');
  vi.stubEnv('VIGIE_EDGE_PORT', '');
  expect(readConfig()).toMatchObject({ port: 5000, edgePort: 4001, url: 'http://127.0.0.1:5000' });
  expect(readConfig({ VIGIE_PORT: '6000' }).port).toBe(6000);
});

test('the data folder is absolute and paths are inside it', () => {
  const config = readConfig({ VIGIE_DATA: 'some/where' });
  expect(config.data).toBe(resolve('some/where'));
  expect(config.at('a', 'b')).toBe(resolve('some/where/a/b'));
});

test.each([
  ['0.0.0.0', 'http://localhost:4000'],
  ['::', 'http://localhost:4000'],
  ['::1', 'http://[::1]:4000'],
  ['10.1.2.3', 'http://10.1.2.3:4000'],
])('listening on %s, the address people type is %s', (host, url) => {
  expect(readConfig({ VIGIE_HOST: host, VIGIE_PORT: '4000' }).url).toBe(url);
});

test('public addresses lose their last slash, proxies are a list', () => {
  expect(
    readConfig({ VIGIE_URL: 'https://vigie.example/', VIGIE_TRUSTED_PROXIES: '10.0.0.0/8, ::1,loopback' }),
  ).toMatchObject({ url: 'https://vigie.example', trustedProxies: ['10.0.0.0/8', '::1', 'loopback'] });
  expect(readConfig({}).trustedProxies).toEqual([]);
});

test.each(['postgres://u:p@h/db', 'postgresql://u@127.0.0.1:5432/db', 'postgres:///db?host=/run/postgresql'])(
  '%s is a PostgreSQL address',
  (url) => {
    expect(readConfig({ VIGIE_POSTGRES_URL: url }).postgresUrl).toBe(url);
  },
);
