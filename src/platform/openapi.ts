/** The OpenAPI 3.1 document and its browsable page, both derived from the routes. */
import * as z from 'zod';
import { Problem, type Route } from './contract.ts';

type Json = Record<string, unknown>;

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json;
  return rest;
};

/** OpenAPI 3.1 of the given routes; path parameters, query and body are told apart by the path and the method. */
export function openApiOf(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Vigie', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } }, schemas: { Problem: jsonSchema(Problem, 'output') } },
    security: [{ key: [] }],
    paths,
  };
}

function operationOf(route: Route): Json {
  const inPath = new Set([...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? ''));
  const schema = jsonSchema(route.input, 'input');
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const required = new Set((schema['required'] ?? []) as string[]);
  const names = Object.keys(properties);
  const parameters = names
    .filter((name) => inPath.has(name) || route.method === 'GET')
    .map((name) => ({ name, in: inPath.has(name) ? 'path' : 'query', required: inPath.has(name) || required.has(name), schema: properties[name] }));
  const inBody = names.filter((name) => !inPath.has(name));
  const body =
    route.method === 'GET' || route.method === 'DELETE' || inBody.length === 0
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              [route.kind === 'upload' ? 'multipart/form-data' : 'application/json']: {
                schema: {
                  ...schema,
                  properties: {
                    ...Object.fromEntries(inBody.map((name) => [name, properties[name]])),
                    ...(route.kind === 'upload' ? { file: { type: 'string', format: 'binary' } } : {}),
                  },
                  required: inBody.filter((name) => required.has(name)),
                },
              },
            },
          },
        };
  return {
    summary: route.summary,
    tags: [route.path.split('/')[2] ?? 'api'],
    description: route.can === 'public' ? 'Open to everybody.' : `Right: ${route.can}.`,
    parameters,
    ...body,
    responses: {
      [String(route.status ?? 200)]: successOf(route),
      default: { description: 'Refused', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
    ...(route.can === 'public' ? { security: [] } : {}),
  };
}

function successOf(route: Route): Json {
  if (route.status === 204) return { description: 'Done' };
  const media = route.kind === 'stream' ? 'text/event-stream' : route.kind === 'file' ? '*/*' : 'application/json';
  return { description: 'Success', content: { [media]: { schema: route.kind === 'file' ? { type: 'string', format: 'binary' } : jsonSchema(route.reply, 'output') } } };
}

const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** A page that lists every route with its input and reply: no script, nothing from outside. */
export function docsPageOf(routes: readonly Route[], version: string): string {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    const group = route.path.split('/')[2] ?? 'api';
    groups.set(group, [...(groups.get(group) ?? []), route]);
  }
  const section = ([group, members]: [string, Route[]]) => `<section><h2 id="${escape(group)}">${escape(group)}</h2>${members
    .map(
      (route) => `<details><summary><code class="${route.method}">${route.method}</code> <code>${escape(route.path)}</code> <span>${escape(route.summary)}</span></summary>
<p>${route.can === 'public' ? 'Open to everybody.' : `Right: <code>${escape(route.can)}</code>`}</p>
<h3>Input</h3><pre>${escape(JSON.stringify(jsonSchema(route.input, 'input'), null, 2))}</pre>
<h3>Reply</h3><pre>${escape(JSON.stringify(jsonSchema(route.reply, 'output'), null, 2))}</pre></details>`,
    )
    .join('')}</section>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vigie API ${escape(version)}</title>
<style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}details{border-bottom:1px solid #8884;padding:.4rem 0}summary{cursor:pointer}pre{overflow:auto;background:#8881;padding:.8rem;border-radius:6px;font-size:13px}code.GET{color:#2a7}code.POST{color:#38c}code.PATCH{color:#b70}code.DELETE{color:#c33}nav a{margin-right:.8rem}span{color:#777}</style></head>
<body><h1>Vigie API</h1><p>OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>. Send a key as <code>Authorization: Bearer …</code>. Errors are RFC 9457 problem details.</p><nav>${[...groups.keys()]
    .map((group) => `<a href="#${escape(group)}">${escape(group)}</a>`)
    .join('')}</nav>${[...groups].map(section).join('')}</body></html>`;
}
