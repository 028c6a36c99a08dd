/** The letter that carries the private link of a proposal, in its language. */
import type { Log, Mail } from '#platform';
import type { ProposalRow } from './proposal.ts';

const words = {
  en: {
    subject: (house: string, name: string) => `${house}: our proposal “${name}”`,
    hello: 'Hello,',
    read: 'Our proposal can be read, discussed and accepted here, without an account:',
    until: (when: string) => `It can be accepted until ${when}.`,
    own: 'This address is for you alone: whoever has it can answer in your name.',
  },
  fr: {
    subject: (house: string, name: string) => `${house} : notre proposition « ${name} »`,
    hello: 'Bonjour,',
    read: 'Notre proposition se lit, se discute et s’accepte ici, sans compte :',
    until: (when: string) => `Elle peut être acceptée jusqu’au ${when}.`,
    own: 'Cette adresse vous est personnelle : qui l’a peut répondre en votre nom.',
  },
};

type Desk = { mail?: Mail; log?: Log };
type Letter = { to: string | null; row: ProposalRow; until: Date; note: string; link: string };

/** Answers whether the letter left. What was done stays done in any case: the link is shown too. */
export async function mailProposal({ mail, log }: Desk, { to, row, until, note, link }: Letter): Promise<boolean> {
  if (to === null || !mail) return false;
  const w = words[row.language];
  const locale = row.language === 'fr' ? 'fr-FR' : 'en-GB';
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(
    until,
  );
  const parts = [w.hello, note, `${w.read}\n${link}`, w.until(`${when} UTC`), w.own, row.org_name];
  try {
    await mail.send({
      to: [to],
      subject: w.subject(row.org_name, row.name),
      text: `${parts.filter(Boolean).join('\n\n')}\n`,
    });
    return true;
  } catch (error) {
    log?.warn('a proposal could not be mailed', { proposal: row.id, error: String(error) });
    return false;
  }
}
