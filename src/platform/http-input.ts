/** From a request to the one flat, strict input of a route: query, body or multipart fields, path parameters. */
import type { FastifyRequest } from 'fastify';
import type * as z from 'zod';
import type { Route } from './contract.ts';
import { Refusal } from './refusal.ts';
import type { UploadedFile } from './served.ts';

const megabyte = 1024 * 1024;

/** Of one upload: each file, the number of files and fields, each field, and all of them together (kept in memory). */
export const uploadLimit = { fileSize: 20 * megabyte, files: 20, fields: 50, fieldSize: 64 * 1024 };
const uploadTotal = 60 * megabyte;

const deepest = 64;

/** What was given to the route, not yet checked against its schema; files go to `uploads`. Path parameters win over the rest. */
export async function inputOf(
  route: Route,
  request: FastifyRequest,
  uploads: UploadedFile[],
): Promise<Record<string, unknown>> {
  const query = (request.query ?? {}) as Record<string, unknown>;
  const params = (request.params ?? {}) as Record<string, unknown>;
  const body = route.kind === 'upload' ? await multipartOf(request, uploads) : request.body;
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) {
    throw new Refusal('bad-input', 'The body must be a JSON object.');
  }
  const given = { ...query, ...(body as Record<string, unknown> | undefined), ...params };
  refuseUnstorable(given, []);
  return given;
}

/** The fields; the parser's own words ("unexpected end …", which carry no code) are said as a refusal. */
async function multipartOf(request: FastifyRequest, uploads: UploadedFile[]): Promise<Record<string, unknown>> {
  if (!request.isMultipart()) {
    throw new Refusal('bad-input', 'Send multipart/form-data, the file in the field `file`.', { field: 'file' });
  }
  return partsOf(request, uploads).catch((error: unknown) => {
    const refused =
      error instanceof Error && (error instanceof Refusal || ('code' in error && error.code !== undefined));
    throw refused ? error : new Refusal('bad-input', 'The multipart body is broken or cut off.', { field: 'file' });
  });
}

async function partsOf(request: FastifyRequest, uploads: UploadedFile[]): Promise<Record<string, unknown>> {
  const fields = new Map<string, unknown>();
  let total = 0;
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const bytes = await part.toBuffer();
      total += bytes.byteLength;
      if (total > uploadTotal)
        throw new Refusal('too-large', `The files together hold more than ${uploadTotal / megabyte} MB.`, {
          field: part.fieldname,
        });
      uploads.push({ field: part.fieldname, name: part.filename, bytes });
    } else {
      if (part.valueTruncated)
        throw new Refusal('too-large', `${part.fieldname}: at most ${uploadLimit.fieldSize / 1024} KB.`, {
          field: part.fieldname,
        });
      fields.set(part.fieldname, part.value);
    }
  }
  return Object.fromEntries(fields);
}

/**
 * Neither SQL text nor JSON in SQL holds a NUL or half a surrogate pair, and a recursive schema would exhaust the stack on a
 * text nested without end: such input is refused here, naming the field, before it can break something inside.
 */
function refuseUnstorable(value: unknown, path: string[]): void {
  if (typeof value === 'string') {
    if (!isStorable(value)) throw unstorable(path);
  } else if (typeof value === 'object' && value !== null) {
    if (path.length > deepest)
      throw new Refusal('bad-input', `${path[0]}: is nested more than ${deepest} levels deep.`, { field: path[0] });
    for (const [key, inside] of Object.entries(value)) {
      if (!isStorable(key)) throw unstorable(path);
      refuseUnstorable(inside, [...path, key]);
    }
  }
}

const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

function unstorable(path: string[]): Refusal {
  const field = path.join('.') || 'body';
  return new Refusal('bad-input', `${field}: holds a character that cannot be stored (NUL or half a surrogate pair).`, {
    field,
  });
}

/** The route's input, checked and completed with its defaults; a Refusal naming the field otherwise. */
export function parseInput(route: Route, given: Record<string, unknown>): unknown {
  const seen = route.input.safeParse(given);
  if (seen.success) return seen.data;
  throw refusalOfZod(seen.error);
}

/** One clear sentence naming the field, out of zod's first issue. */
export function refusalOfZod(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...keys.slice(0, 1)].map(String).join('.') || 'body';
  const why = keys.length > 0 ? 'is not a known field' : lowerFirst(issue?.message ?? 'is wrong');
  return new Refusal('bad-input', `${field}: ${why}.`.replace(/\.\.$/, '.'), { field });
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
