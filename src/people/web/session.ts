import { ProblemError, problemOfAnswer } from '#platform/web';

const post = async (path: string, body: Record<string, unknown>): Promise<void> => {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new ProblemError({ status: 0, code: 'unreachable', sentence: 'The server cannot be reached.' });
  });
  if (!answer.ok) throw await problemOfAnswer(answer);
};

/** Opens a session (a cookie of the server's). Throws ProblemError: 401 for a wrong pair, 429 after too many. */
export const signIn = (email: string, password: string) => post('/api/auth/sign-in/email', { email, password });
export const signOut = () => post('/api/auth/sign-out', {});
