/** Every "no" as RFC 9457 problem details. */
import type { FastifyReply } from 'fastify';
import { Refusal, refusalStatus, type RefusalCode } from './refusal.ts';

export { Refusal };

export type ProblemDetails = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  [more: string]: unknown;
};

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
    return {
      type: 'about:blank',
      title: titles.broken,
      status: 500,
      code: 'broken',
      detail: 'Something broke on our side; it has been logged. Nothing was changed.',
    };
  }
  return {
    ...refusal.detail,
    type: 'about:blank',
    title: titles[refusal.code],
    status: refusalStatus[refusal.code],
    code: refusal.code,
    detail: refusal.message,
  };
}

/** PostgreSQL's words for a value that its column cannot hold: what the schemas let pass, the engine still refuses. */
const unstorable: Record<string, string> = {
  '22003': 'A number is larger than can be stored.',
  '22008': 'A date or time is outside of what can be stored.',
  '22021': 'A text holds a character that cannot be stored.',
  '22P05': 'A text holds a character that cannot be stored.',
};

/** The HTTP framework's own refusals (bad JSON, body too large …) and the SQL engine's, in our words. */
function refusalOfFramework(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode, code } = error as Error & { statusCode?: number; code?: unknown };
  if (typeof code !== 'string') return undefined;
  const stored = unstorable[code];
  if (stored) return new Refusal('bad-input', stored);
  // Anything else with a status (a client of another service, say) failed on our side.
  if (!code.startsWith('FST_') || statusCode === undefined || statusCode >= 500) return undefined;
  if (code === 'FST_ERR_BAD_URL')
    return new Refusal('bad-input', 'The path is not valid: its percent-encoding is broken.');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return new Refusal('not-found', 'Nothing has so long an identifier.');
  if (statusCode === 413) return new Refusal('too-large', 'The body is larger than this route takes.');
  if (statusCode === 415)
    return new Refusal('bad-input', 'The body must be JSON, with the content type application/json.');
  if (statusCode === 429) return new Refusal('too-many', 'Too many requests; try again later.');
  return new Refusal('bad-input', error.message);
}

export function sendProblem(reply: FastifyReply, problem: ProblemDetails): FastifyReply {
  return reply
    .status(problem.status)
    .header('content-type', 'application/problem+json')
    .header('x-content-type-options', 'nosniff')
    .send(problem);
}
