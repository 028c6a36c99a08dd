/** The identifier of an audience hit, hashed as those of ad events are: what joins the two where a visitor consented. */
import type { Book, DecisionRequest } from './contract.ts';
import { mayJoin, type TcfOperator } from './may-identify.ts';
import { openSigner, type Signer } from './token.ts';

type May = { consent: DecisionRequest['consent']; globalPrivacyControl: boolean };

/** Undefined without consent to everything that joining asks for, under Global Privacy Control, and before the first book. */
export function identifier(
  book: () => Book,
  tcf?: TcfOperator,
): (siteId: string, visitorId: string, may: May) => string | undefined {
  let known: { book: Book; signer: Signer } | undefined;
  return (siteId, visitorId, { consent, globalPrivacyControl }) => {
    const current = book();
    if (current.signing_keys.length === 0 || !mayJoin(consent, globalPrivacyControl, tcf)) return undefined;
    if (known?.book !== current) known = { book: current, signer: openSigner(current.signing_keys) };
    return known.signer.visitor(siteId, visitorId).toString();
  };
}
