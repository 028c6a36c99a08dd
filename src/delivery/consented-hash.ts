import { deriveKey } from '#platform';
import { openSigner } from './token.ts';

/** The hash under which audience and ads keep an identifier that a visitor consented to, for finding and erasing it. */
export function consentedHash(secret: string): (siteId: string, visitorId: string) => string {
  const signer = openSigner([{ id: 1, key: deriveKey(secret, 'delivery') }]);
  return (siteId, visitorId) => signer.visitor(siteId, visitorId).toString();
}
