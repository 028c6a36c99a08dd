/** A browser of its own for one check: through the guarded proxy only, without a way around it, gone at the end. */
import { type Browser, launchBrowser, Refusal } from '#platform';
import { openGuardedProxy, type GuardedProxy } from './guarded-proxy.ts';

/** Checks at the same time; a browser takes a few hundred megabytes. */
const most = 2;
let running = 0;

export type Guarded = { browser: Browser; proxy: GuardedProxy };

/** Runs `work`, at most `timeoutMs`; the browser is closed whatever happens. Throws too-many when enough run already. */
export async function withGuardedBrowser<T>(
  { allowed, timeoutMs }: { allowed: ReadonlySet<string>; timeoutMs: number },
  work: (guarded: Guarded) => Promise<T>,
): Promise<T> {
  if (running >= most) throw new Refusal('too-many', 'Other checks are running: try again in a moment.');
  running++;
  const proxy = await openGuardedProxy(allowed);
  let browser: Browser | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    browser = await launchBrowser({
      args: [
        `--proxy-server=${proxy.address}`,
        // Loopback is not spared the proxy, WebRTC has no sockets of its own, names are looked up by the proxy alone.
        '--proxy-bypass-list=<-loopback>',
        '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
        '--disable-features=DnsOverHttps,WebTransport',
      ],
    });
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new Refusal('bad-input', `url: it did not come to an end in ${timeoutMs / 1000} s.`, {
              field: 'url',
            }),
          ),
        timeoutMs,
      );
    });
    return await Promise.race([work({ browser, proxy }), late]);
  } finally {
    clearTimeout(timer);
    running--;
    await browser?.close().catch(() => undefined);
    proxy.close();
  }
}
