/** The OpenAPI 3.1 document and its browsable page, both derived from the routes. */
import * as z from 'zod';
import { Problem, type Route } from './contract.ts';

type Json = Record<string, unknown>;

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json;
  return rest;
};

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => Json;

/** Schemas whose shared and recursive parts lie in `shared`, where a document's references can find them. */
function withShared(shared: Json): SchemaOf {
  const nameOf = new Map<string, string>();
  const named = (wanted: string, body: unknown, siblings: unknown): string => {
    const text = JSON.stringify([wanted, body, siblings]);
    const known = nameOf.get(text);
    if (known !== undefined) return known;
    let name = wanted;
    for (let n = 2; name in shared; n++) name = `${wanted}${n}`;
    shared[name] = {};
    nameOf.set(text, name);
    return name;
  };
  return (schema, io) => {
    const { $defs = {}, ...root } = jsonSchema(schema, io);
    const parts = { ...($defs as Json) };
    const own = new Map(
      Object.entries(parts).map(([name, body]) => [
        `#/$defs/${name}`,
        named(name.replace(/^__schema\d+$/, 'Shape'), body, $defs),
      ]),
    );
    const recursive = JSON.stringify(root).includes('"$ref":"#"');
    if (recursive) own.set('#', named('Shape', root, $defs));
    const moved = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(moved);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          // zod leaves the name of a shared schema in it; a property called `id` is an object, not a text.
          .filter(([key, inside]) => key !== 'id' || typeof inside !== 'string')
          .map(([key, inside]) => [
            key,
            key === '$ref' ? `#/components/schemas/${own.get(String(inside)) ?? ''}` : moved(inside),
          ]),
      );
    };
    for (const [name, body] of Object.entries(parts)) shared[own.get(`#/$defs/${name}`) ?? name] = moved(body);
    const self = own.get('#');
    if (self === undefined) return moved(root) as Json;
    shared[self] = moved(root);
    return { $ref: `#/components/schemas/${self}` };
  };
}

/** OpenAPI 3.1 of the given routes; path parameters, query and body are told apart by the path and the method. */
export function openApiOf(routes: readonly Route[], version: string): Json {
  const schemas: Json = { Problem: jsonSchema(Problem, 'output') };
  const schemaOf = withShared(schemas);
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, schemaOf);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Vigie', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } }, schemas },
    security: [{ key: [] }],
    paths,
  };
}

const namesInPath = (route: Route) => new Set([...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? ''));

function operationOf(route: Route, schemaOf: SchemaOf): Json {
  const inPath = namesInPath(route);
  const schema = schemaOf(route.input, 'input');
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const required = new Set((schema['required'] ?? []) as string[]);
  const names = Object.keys(properties);
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const parameters = names
    .filter((name) => inPath.has(name) || !hasBody)
    .map((name) => ({
      name,
      in: inPath.has(name) ? 'path' : 'query',
      required: inPath.has(name) || required.has(name),
      schema: properties[name],
    }));
  const inBody = names.filter((name) => !inPath.has(name));
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[:/_-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    tags: [route.path.split('/')[2] ?? 'api'],
    description: route.can === 'public' ? 'Open to everybody.' : `Right: ${route.can}.`,
    parameters,
    ...(hasBody && (inBody.length > 0 || route.kind === 'upload')
      ? { requestBody: bodyOf(route, schema, inBody) }
      : {}),
    responses: {
      [String(route.status ?? 200)]: successOf(route, schemaOf),
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    ...(route.can === 'public' ? { security: [] } : {}),
  };
}

function bodyOf(route: Route, schema: Json, names: string[]): Json {
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const required = ((schema['required'] ?? []) as string[]).filter((name) => names.includes(name));
  const upload = route.kind === 'upload';
  const body = {
    ...schema,
    properties: {
      ...Object.fromEntries(names.map((name) => [name, properties[name]])),
      ...(upload ? { file: { type: 'string', format: 'binary' } } : {}),
    },
    required,
  };
  return {
    required: upload || required.length > 0,
    content: { [upload ? 'multipart/form-data' : 'application/json']: { schema: body } },
  };
}

function successOf(route: Route, schemaOf: SchemaOf): Json {
  if (route.status === 204) return { description: 'Done' };
  const media = route.kind === 'stream' ? 'text/event-stream' : route.kind === 'file' ? '*/*' : 'application/json';
  const schema = route.kind === 'file' ? { type: 'string', format: 'binary' } : schemaOf(route.reply, 'output');
  return { description: 'Success', content: { [media]: { schema } } };
}

const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** A page that lists every route with its input and reply: no script, nothing from outside. */
export function docsPageOf(routes: readonly Route[], version: string): string {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    const group = route.path.split('/')[2] ?? 'api';
    groups.set(group, [...(groups.get(group) ?? []), route]);
  }
  const section = ([group, members]: [string, Route[]]) =>
    `<section><h2 id="${escape(group)}">${escape(group)}</h2>${members
      .map(
        (
          route,
        ) => `<details><summary><code class="${route.method}">${route.method}</code> <code>${escape(route.path)}</code> <span>${escape(route.summary)}</span></summary>
<p>${route.can === 'public' ? 'Open to everybody.' : `Right: <code>${escape(route.can)}</code>`}</p>
<h3>Input</h3><pre>${escape(JSON.stringify(jsonSchema(route.input, 'input'), null, 2))}</pre>
<h3>Reply</h3><pre>${escape(JSON.stringify(jsonSchema(route.reply, 'output'), null, 2))}</pre></details>`,
      )
      .join('')}</section>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vigie API ${escape(version)}</title>
<style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}details{border-bottom:1px solid #8884;padding:.4rem 0}summary{cursor:pointer}pre{overflow:auto;background:#8881;padding:.8rem;border-radius:6px;font-size:13px}code.GET{color:#2a7}code.POST{color:#38c}code.PATCH{color:#b70}code.DELETE{color:#c33}nav a{margin-right:.8rem}span{color:#777}</style></head>
<body><h1>Vigie API</h1><p>OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>. Send a key as <code>Authorization: Bearer …</code>. Errors are RFC 9457 problem details.</p><nav>${[
    ...groups.keys(),
  ]
    .map((group) => `<a href="#${escape(group)}">${escape(group)}</a>`)
    .join('')}</nav>${[...groups].map(section).join('')}</body></html>`;
}
