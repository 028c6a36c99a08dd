/** Letters to studios and clients: an invitation to hand creatives in, and reminders of what is missing. Plain text. */
import type { Letter } from '#platform';
import type { CreativeLink, CreativeRequest } from './request-contract.ts';
import { limitsText, type SheetLanguage, sheetWords } from './request-words.ts';

type Invited = Pick<
  CreativeLink,
  'name' | 'advertiser_name' | 'language' | 'expires_at' | 'may_upload' | 'may_approve'
>;

const dayOf = (time: string, language: SheetLanguage): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'Europe/Paris' }).format(new Date(time));

export function inviteLetter(link: Invited, { to, address }: { to: string; address: string }): Letter {
  const until = dayOf(link.expires_at, link.language);
  const whose = link.advertiser_name ?? '';
  if (link.language === 'fr')
    return {
      to: [to],
      subject: `Créations ${whose} : votre lien ${link.may_upload ? 'de dépôt' : 'd’approbation'}`,
      text: `Bonjour,\n\n${link.may_upload ? 'Déposez vos créations' : 'Approuvez les créations'} ici, sans compte :\n${address}\n\nCe lien est personnel et vaut jusqu’au ${until}.\n`,
    };
  return {
    to: [to],
    subject: `${whose} creatives: your link to ${link.may_upload ? 'hand them in' : 'approve them'}`,
    text: `Hello,\n\n${link.may_upload ? 'Hand your creatives in' : 'Approve the creatives'} here, without an account:\n${address}\n\nThis link is personal and valid until ${until}.\n`,
  };
}

/** What is missing of one order, the nearest deadline first. */
export function reminderLetter(
  requests: readonly CreativeRequest[],
  { to, address, language }: { to: string[]; address: string; language: SheetLanguage },
): Letter {
  const words = sheetWords[language];
  const [first] = requests;
  const rows = requests.map(({ format, placements, due, limits, kinds, state, is_late, note }) =>
    [
      `- ${format} (${placements.join(', ')})`,
      `  ${words.due}: ${dayOf(due, language)}${is_late ? ` (${words.late})` : ''}${state === 'refused' ? ` · ${words.refused}` : ''}`,
      ...(limitsText(limits, kinds, language) ? [`  ${words.limits}: ${limitsText(limits, kinds, language)}`] : []),
      ...(note ? [`  ${note}`] : []),
    ].join('\n'),
  );
  const order = first?.order_name ?? '';
  return language === 'fr'
    ? {
        to,
        subject: `${requests.some(({ is_late }) => is_late) ? 'En retard' : 'Rappel'} : ${requests.length} création(s) attendue(s) pour ${order}`,
        text: `Bonjour,\n\nIl manque encore pour « ${order} » :\n\n${rows.join('\n\n')}\n\nÀ déposer ici, sans compte :\n${address}\n`,
      }
    : {
        to,
        subject: `${requests.some(({ is_late }) => is_late) ? 'Late' : 'Reminder'}: ${requests.length} creative(s) needed for ${order}`,
        text: `Hello,\n\nStill missing for “${order}”:\n\n${rows.join('\n\n')}\n\nHand them in here, without an account:\n${address}\n`,
      };
}
