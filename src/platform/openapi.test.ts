import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Id, ListInput, Money, page, route, type Route } from './contract.ts';
import { docsPageOf, openApiOf } from './openapi.ts';

type Group = { and?: Group[] | undefined; key?: string | undefined };
const Group: z.ZodType<Group> = z.strictObject({
  and: z.lazy(() => z.array(Group)).optional(),
  key: z.string().optional(),
});
const Named = z.object({ id: Id, price: Money }).meta({ id: 'Named' });
const shape = { can: 'a.read', summary: 'A <b>bold</b> & "quoted" summary' } as const;
const routes: Route[] = [
  route({
    ...shape,
    method: 'GET',
    path: '/api/things',
    input: ListInput.extend({ colour: z.enum(['red', 'blue']).optional() }),
    reply: page(Named),
  }),
  route({
    ...shape,
    method: 'POST',
    path: '/api/things',
    input: z.strictObject({ name: z.string(), targeting: Group, note: z.string().default('') }),
    reply: Named,
    status: 201,
  }),
  route({
    ...shape,
    method: 'GET',
    path: '/api/things/:id',
    input: z.strictObject({ id: Id, targeting: Group.optional() }),
    reply: z.object({ targeting: Group }),
  }),
  route({
    ...shape,
    method: 'PATCH',
    path: '/api/things/:id/parts/:part',
    input: z.strictObject({ id: Id, part: Id, name: z.string().optional() }),
    reply: Named,
  }),
  route({
    ...shape,
    method: 'DELETE',
    path: '/api/things/:id',
    input: z.strictObject({ id: Id, force: z.stringbool().optional() }),
    reply: z.strictObject({}),
    status: 204,
  }),
  route({
    ...shape,
    method: 'POST',
    path: '/api/files',
    input: z.strictObject({ title: z.string() }),
    reply: Named,
    kind: 'upload',
  }),
  route({
    ...shape,
    method: 'GET',
    path: '/api/files/:id',
    input: z.strictObject({ id: Id }),
    reply: z.any(),
    kind: 'file',
    can: 'public',
  }),
  route({
    ...shape,
    method: 'GET',
    path: '/api/live',
    input: z.strictObject({}),
    reply: z.object({ n: z.int() }),
    kind: 'stream',
  }),
  route({
    ...shape,
    method: 'POST',
    path: '/api/things/:id/go',
    input: z.strictObject({ id: Id, when: z.date().optional() }).refine(() => true),
    reply: z.strictObject({}),
  }),
];

type Operation = {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: { properties: object; required?: string[] } }>; required: boolean };
  responses: Record<string, unknown>;
  security?: unknown[];
};
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: object } };

const documentOf = (given: readonly Route[]) => JSON.parse(JSON.stringify(openApiOf(given, '1.0'))) as Document;
const document = documentOf(routes);
const operation = (method: string, path: string): Operation => {
  const found = document.paths[path]?.[method];
  if (!found) throw new Error(`${method} ${path} is not in the document`);
  return found;
};

describe('the document', () => {
  test('has every route, and the path parameters that its path names', () => {
    const listed = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(listed.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    for (const [path, item] of Object.entries(document.paths)) {
      for (const { parameters } of Object.values(item)) {
        const inPath = parameters.filter((one) => one.in === 'path');
        expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
        expect(inPath.every(({ required }) => required)).toBe(true);
        expect(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size).toBe(parameters.length);
      }
    }
  });

  test('every reference leads somewhere, and no schema names a dialect or keeps definitions of its own', () => {
    const walk = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inside] of Object.entries(value)) {
        expect(['$schema', '$defs', '$id'], at).not.toContain(key);
        if (key === '$ref') expect(resolve(String(inside)), `${at} ${String(inside)}`).toBeTypeOf('object');
        walk(inside, `${at}/${key}`);
      }
    };
    walk(document, '#');
  });
  const resolve = (ref: string): unknown =>
    ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>(
        (node, key) => (node as Record<string, unknown> | undefined)?.[key.replace(/~1/g, '/').replace(/~0/g, '~')],
        document,
      );

  test('operation ids are unique', () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(ids.every(Boolean)).toBe(true);
    expect(new Set(ids).size).toBe(routes.length);
  });

  test('a reader of a list finds its filters in the query, none required when it has a default', () => {
    expect(
      operation('get', '/api/things').parameters.map(({ name, in: where, required }) => [name, where, required]),
    ).toEqual([
      ['limit', 'query', false],
      ['cursor', 'query', false],
      ['colour', 'query', false],
    ]);
  });

  test('a body holds what is not in the path, with what must be there', () => {
    const { requestBody } = operation('post', '/api/things');
    const schema = requestBody?.content['application/json']?.schema;
    expect(Object.keys(schema?.properties ?? {})).toEqual(['name', 'targeting', 'note']);
    expect(schema?.required).toEqual(['name', 'targeting']);
    expect(
      Object.keys(
        operation('patch', '/api/things/{id}/parts/{part}').requestBody?.content['application/json']?.schema
          .properties ?? {},
      ),
    ).toEqual(['name']);
    expect(operation('patch', '/api/things/{id}/parts/{part}').requestBody?.required).toBe(false);
    expect(
      Object.keys(operation('post', '/api/files').requestBody?.content['multipart/form-data']?.schema.properties ?? {}),
    ).toEqual(['title', 'file']);
  });

  test('a DELETE takes the rest of its input in the query', () => {
    const { parameters, requestBody } = operation('delete', '/api/things/{id}');
    expect(parameters.map(({ name, in: where }) => [name, where])).toEqual([
      ['id', 'path'],
      ['force', 'query'],
    ]);
    expect(requestBody).toBeUndefined();
  });

  test('each says its success, its problems and who may call', () => {
    expect(Object.keys(operation('post', '/api/things').responses)).toEqual(['201', 'default']);
    expect(operation('delete', '/api/things/{id}').responses['204']).toEqual({ description: 'Done' });
    expect(operation('get', '/api/live').responses['200']).toHaveProperty(['content', 'text/event-stream']);
    expect(operation('get', '/api/files/{id}').security).toEqual([]);
    expect(operation('get', '/api/things').security).toBeUndefined();
  });
});

test('the page shows every route and escapes what it shows', () => {
  const html = docsPageOf(routes, '<1>');
  expect(html.match(/<details/g)).toHaveLength(routes.length);
  expect(html).not.toMatch(/<b>|<1>|<script/);
  expect(html).toContain('A &#60;b&#62;bold&#60;/b&#62; &#38; &#34;quoted&#34; summary');
});
