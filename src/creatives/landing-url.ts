import { Refusal } from '#platform';

/**
 * The landing page as it was typed, once it is known to be an absolute http(s) address without credentials and without
 * characters that a URL never holds. Throws a bad-input Refusal naming `landing_url`. Kept as typed: rewriting it
 * would break the macros of third-party trackers.
 */
export function checkLandingUrl(typed: string): string {
  const refuse = (why: string): never => {
    throw new Refusal('bad-input', `landing_url: ${why}.`, { field: 'landing_url' });
  };
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  if (/[\s\u0000-\u001f\u007f"<>\\^`]/.test(typed))
    return refuse('must be one address without spaces, quotes or angle brackets');

  const url = URL.parse(typed);
  if (!url || !/^https?:\/\//i.test(typed))
    return refuse('must be an absolute http or https address such as https://www.example.org/offer');
  if (url.username !== '' || url.password !== '') return refuse('must not carry a user name or password');
  return typed;
}
