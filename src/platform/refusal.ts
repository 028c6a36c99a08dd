/** The closed list of reasons for which a request is refused, and the HTTP status each one travels with (RFC 9457 `status`). */
export const refusalStatus = {
  'bad-input': 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  'not-found': 404,
  'wrong-state': 409,
  'no-capacity': 409,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
} as const;

export type RefusalCode = keyof typeof refusalStatus;

/**
 * An expected "no": the caller asked for something that cannot be done, and is told why in one sentence.
 * Anything else that is thrown is a bug: it is logged and answered with 500.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly detail: Record<string, unknown>;

  constructor(code: RefusalCode, sentence: string, detail: Record<string, unknown> = {}) {
    super(sentence);
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
  }
}
