/** The letters of a request for proposals, in the request's language. */
import type { Letter } from '#platform';
import type { RfpRow } from './rfp.ts';

const words = {
  en: {
    request: (name: string, buyer: string) => `${buyer}: request for proposals, ${name}`,
    reminder: (name: string, buyer: string) => `Reminder – ${buyer}: request for proposals, ${name}`,
    hello: 'Hello,',
    ask: (buyer: string, client: string, name: string) => `${buyer} asks for your offer for “${name}” (${client}).`,
    missing: (buyer: string, name: string) => `${buyer} has not received your answer about “${name}” yet.`,
    until: (when: string) => `Answers are awaited until ${when}.`,
    link: 'Read the request and answer it here, without an account:',
    own: 'This address is for you alone: whoever has it can answer in your name.',
  },
  fr: {
    request: (name: string, buyer: string) => `${buyer} : demande de proposition, ${name}`,
    reminder: (name: string, buyer: string) => `Rappel – ${buyer} : demande de proposition, ${name}`,
    hello: 'Bonjour,',
    ask: (buyer: string, client: string, name: string) =>
      `${buyer} vous demande une proposition pour « ${name} » (${client}).`,
    missing: (buyer: string, name: string) => `${buyer} n’a pas encore reçu votre réponse au sujet de « ${name} ».`,
    until: (when: string) => `Les réponses sont attendues jusqu’au ${when}.`,
    link: 'Lisez la demande et répondez-y ici, sans compte :',
    own: 'Cette adresse vous est personnelle : qui l’a peut répondre en votre nom.',
  },
};

export function requestLetter({
  to,
  rfp,
  due_at,
  link,
  note,
  kind,
}: {
  to: string;
  rfp: RfpRow;
  due_at: string;
  link: string;
  note: string;
  kind: 'request' | 'reminder';
}): Letter {
  const w = words[rfp.language];
  const when = new Intl.DateTimeFormat(rfp.language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(Date.parse(due_at));
  const about =
    kind === 'request' ? w.ask(rfp.org_name, rfp.advertiser_name, rfp.name) : w.missing(rfp.org_name, rfp.name);
  const parts = [w.hello, about, note, w.until(`${when} UTC`), `${w.link}\n${link}`, w.own, rfp.org_name];
  return { to: [to], subject: w[kind](rfp.name, rfp.org_name), text: `${parts.filter(Boolean).join('\n\n')}\n` };
}
