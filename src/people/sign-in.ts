/** Sign-in by e-mail and password, sessions and their cookies: all of it better-auth's; nothing of it is made at home. */
import type { Database } from '#platform';

export type SignIn = {
  /** Answers every request under /api/auth/. */
  handler(request: Request): Promise<Response>;
  /** The user of the session cookie among the headers, if it is valid. */
  sessionOf(headers: Headers): Promise<{ user_id: string; name: string; email: string } | undefined>;
  /** Public address of the web app, without a path. */
  origin: string;
};

type Options = {
  pool: Database['pool'];
  secret: string;
  /** Public address of the web app; decides whether cookies are marked Secure. */
  baseUrl: string;
  /** Sign-in attempts from one address. */
  attemptsPerMinute?: number;
};

/**
 * The sign-in over the tables user, session, account and verification. Sign-up is closed: people are made by an admin or on the
 * first run. The library is loaded at the first request, so that a process that signs nobody in does not carry it.
 */
export function createSignIn(options: Options): SignIn {
  const origin = new URL(options.baseUrl).origin;
  let opening: ReturnType<typeof openLibrary> | undefined;
  const library = () => (opening ??= openLibrary(options, origin));

  return {
    origin,
    async handler(request) {
      const auth = await library();
      return auth.handler(request);
    },
    async sessionOf(headers) {
      const auth = await library();
      const session = await auth.api.getSession({ headers });
      return session ? { user_id: session.user.id, name: session.user.name, email: session.user.email } : undefined;
    },
  };
}

async function openLibrary({ pool, secret, attemptsPerMinute = 20 }: Options, origin: string) {
  const { betterAuth } = await import('better-auth');
  return betterAuth({
    appName: 'Vigie',
    baseURL: origin,
    basePath: '/api/auth',
    secret,
    database: pool,
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    user: { deleteUser: { enabled: false }, changeEmail: { enabled: false } },
    trustedOrigins: (request) => (request ? sameHost(request) : []),
    rateLimit: {
      enabled: true,
      storage: 'memory',
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/email': { window: 60, max: attemptsPerMinute },
        '/change-password': { window: 60, max: 10 },
      },
    },
    advanced: {
      // Said in full: the library drops these checks by itself when it believes to run in a test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      cookiePrefix: 'vigie',
      useSecureCookies: origin.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
    },
    telemetry: { enabled: false },
    logger: { level: 'error', log: () => undefined },
  });
}

/** The app may be reached by several names (localhost, 127.0.0.1, a name of the network): the page's own host is trusted. */
function sameHost(request: Request): string[] {
  const { host } = new URL(request.url);
  return [`http://${host}`, `https://${host}`];
}
