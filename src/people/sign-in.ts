/** Sign-in by e-mail and password, sessions and their cookies: all of it better-auth's; nothing of it is made at home. */
import { betterAuth } from 'better-auth';
import type { Database } from '#platform';

export type SignIn = {
  /** Answers every request under /api/auth/. */
  handler(request: Request): Promise<Response>;
  /** The user of the session cookie among the headers, if it is valid. */
  sessionOf(headers: Headers): Promise<{ user_id: string; name: string; email: string } | undefined>;
  /** Public address of the web app, without a path. */
  origin: string;
};

/**
 * The sign-in over the tables user, session, account and verification. Sign-up is closed: people are made by an admin or on the
 * first run. `baseUrl` decides whether cookies are marked Secure; `attemptsPerMinute` is per address.
 */
export function createSignIn(options: {
  pool: Database['pool'];
  secret: string;
  baseUrl: string;
  attemptsPerMinute?: number;
}): SignIn {
  const origin = new URL(options.baseUrl).origin;
  const auth = betterAuth({
    appName: 'Vigie',
    baseURL: origin,
    basePath: '/api/auth',
    secret: options.secret,
    database: options.pool,
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    user: { deleteUser: { enabled: false }, changeEmail: { enabled: false } },
    trustedOrigins: (request) => (request ? sameHost(request) : []),
    rateLimit: {
      enabled: true,
      storage: 'memory',
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/email': { window: 60, max: options.attemptsPerMinute ?? 20 },
        '/change-password': { window: 60, max: 10 },
      },
    },
    advanced: {
      cookiePrefix: 'vigie',
      useSecureCookies: origin.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
    },
    telemetry: { enabled: false },
    logger: { level: 'error', log: () => undefined },
  });

  return {
    origin,
    handler: (request) => auth.handler(request),
    async sessionOf(headers) {
      const session = await auth.api.getSession({ headers });
      return session ? { user_id: session.user.id, name: session.user.name, email: session.user.email } : undefined;
    },
  };
}

/** The app may be reached by several names (localhost, 127.0.0.1, a name of the network): the page's own host is trusted. */
function sameHost(request: Request): string[] {
  const { host } = new URL(request.url);
  return [`http://${host}`, `https://${host}`];
}
