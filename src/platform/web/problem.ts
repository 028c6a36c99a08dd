import * as z from 'zod';

/** A refusal or failure of the server as the screens see it: one sentence, a closed code, and the field at fault where there is one. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(problem: { status: number; code: string; sentence: string; field?: string | undefined }) {
    super(problem.sentence);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.field = problem.field;
  }
}

const Details = z.object({
  status: z.number().optional(),
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  message: z.string().optional(),
  field: z.string().optional(),
});

/** Reads RFC 9457 problem details (or the sign-in library's `{code, message}`) out of an answer that is not a success. */
export const problemOf = async (answer: Response): Promise<ProblemError> => {
  const body: unknown = await answer.json().catch(() => undefined);
  return problemIn(body, answer.status);
};

/** The same from details that came another way, with the status they tell. */
export const problemIn = (body: unknown, answered?: number): ProblemError => {
  const details = Details.safeParse(body);
  const known = details.success ? details.data : {};
  const status = answered ?? known.status ?? 500;
  return new ProblemError({
    status,
    code: known.code ?? (status >= 500 ? 'server-error' : 'bad-input'),
    sentence: known.detail ?? known.message ?? known.title ?? `HTTP ${status}`,
    field: known.field,
  });
};

export const isSignedOut = (error: unknown): boolean => error instanceof ProblemError && error.status === 401;
