/** Every "no" as RFC 9457 problem details. */
import type { FastifyReply } from 'fastify';
import { Refusal, refusalStatus, type RefusalCode } from './refusal.ts';

export { Refusal };

export type ProblemDetails = { type: string; title: string; status: number; code: string; detail: string; [more: string]: unknown };

const titles: Record<RefusalCode | 'broken', string> = {
  'bad-input': 'The request is not valid',
  'not-signed-in': 'Sign-in needed',
  'not-allowed': 'Not allowed',
  'not-found': 'Not found',
  'wrong-state': 'Not possible in this state',
  'no-capacity': 'Not enough space',
  conflict: 'Conflict',
  'too-large': 'Too large',
  'too-many': 'Too many requests',
  broken: 'Something broke',
};

/** What of any thrown value the caller may know. */
export function problemOf(error: unknown): ProblemDetails {
  const refusal = error instanceof Refusal ? error : refusalOfFramework(error);
  if (!refusal) {
    return { type: 'about:blank', title: titles.broken, status: 500, code: 'broken', detail: 'Something broke on our side; it has been logged. Nothing was changed.' };
  }
  return { ...refusal.detail, type: 'about:blank', title: titles[refusal.code], status: refusalStatus[refusal.code], code: refusal.code, detail: refusal.message };
}

/** The HTTP framework's own refusals (bad JSON, body too large …) in our words. */
function refusalOfFramework(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode, code } = error as Error & { statusCode?: number; code?: string };
  if (statusCode === 413 || code === 'FST_REQ_FILE_TOO_LARGE') return new Refusal('too-large', 'The body is larger than this route takes.');
  if (statusCode === 415) return new Refusal('bad-input', 'The body must be JSON, with the content type application/json.');
  if (statusCode === 429) return new Refusal('too-many', 'Too many requests; try again later.');
  if (code === '22P05' || code === '22021') return new Refusal('bad-input', 'The text holds a character that cannot be stored (NUL).');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new Refusal('bad-input', error.message);
  return undefined;
}

export function sendProblem(reply: FastifyReply, problem: ProblemDetails): FastifyReply {
  return reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
}
