import type * as z from 'zod';
import type { Route } from '#platform/contract';
import { problemIn, problemOf, ProblemError } from './problem.ts';

export type InputOf<R extends Route> = z.input<R['input']>;
export type ReplyOf<R extends Route> = z.output<R['reply']>;

/** Splits an input into the address (path parameters, then the query for methods without a body) and what is left for the body. */
export const addressOf = (route: Route, input: Record<string, unknown>) => {
  const rest = { ...input };
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  if (route.method !== 'GET' && route.method !== 'DELETE') return { url: path, body: rest };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || value === null || value === '') continue;
    query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const text = query.toString();
  return { url: text ? `${path}?${text}` : path, body: undefined };
};

const multipart = (body: Record<string, unknown>, files: readonly File[] = []) => {
  const form = new FormData();
  // The file goes last: a streaming server then knows the other fields before the bytes arrive.
  const entries = Object.entries(body).sort(([, a], [, b]) => Number(a instanceof Blob) - Number(b instanceof Blob));
  for (const [name, value] of entries) {
    if (value === undefined || value === null) continue;
    if (value instanceof File) form.append(name, value, value.name);
    else form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  for (const file of files) form.append('file', file, file.name);
  return form;
};

/** The language of the screens, for the few names that the server gives (regions). */
const spoken = (): Record<string, string> =>
  typeof document === 'undefined' ? {} : { 'accept-language': document.documentElement.lang || 'en' };

type CallOptions = { signal?: AbortSignal | undefined; fetch?: typeof fetch; file?: File; files?: readonly File[] };

/**
 * Calls a route of the contract: path parameters, query and body are taken from one flat input.
 * Throws ProblemError for every refusal, and for a server that cannot be reached (`code: 'unreachable'`, status 0).
 */
export const call = async <R extends Route>(
  route: R,
  input: InputOf<R>,
  options: CallOptions = {},
): Promise<ReplyOf<R>> => {
  const { url, body } = addressOf(route, { ...input });
  const headers = { accept: 'application/json', ...spoken() };
  const init: RequestInit = { method: route.method, headers };
  if (options.signal) init.signal = options.signal;
  if (options.file || (route.kind === 'upload' && body))
    init.body = multipart({ ...body, file: options.file }, options.files);
  else if (body) {
    init.body = JSON.stringify(body);
    init.headers = { ...headers, 'content-type': 'application/json' };
  }
  const answer = await reach(options.fetch ?? fetch, url, init);
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204) return undefined as ReplyOf<R>;
  // The server parses every reply with this route's own schema before it leaves; parsing it again here would only cost time.
  return (await answer.json()) as ReplyOf<R>;
};

/**
 * Calls a route that answers with server-sent events, and hears each until the server ends. Throws ProblemError for a refusal,
 * be it before the first event or as the last one.
 */
export const callStream = async <R extends Route>(
  route: R,
  input: InputOf<R>,
  { signal, onEvent, fetch: send = fetch }: CallOptions & { onEvent: (name: string, data: unknown) => void },
): Promise<void> => {
  const { url, body } = addressOf(route, { ...input });
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json', ...spoken() };
  const init: RequestInit = {
    method: route.method,
    headers,
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  };
  const answer = await reach(send, url, init);
  if (!answer.ok || !answer.body) throw await problemOf(answer);
  let text = '';
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, name = '', data = 'null'] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
      const told: unknown = JSON.parse(data);
      if (name === 'problem') throw problemIn(told);
      onEvent(name, told);
    }
  }
};

const reach = async (send: typeof fetch, url: string, init: RequestInit) => {
  try {
    return await send(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError({ status: 0, code: 'unreachable', sentence: 'The server cannot be reached.' });
  }
};
