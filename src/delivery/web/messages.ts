import { messagesOf } from '#platform/web';

export const messages = messagesOf(
  {
    title: 'Why it serves, or not',
    lead: 'What a request must find before this line can answer it.',
    lineState: 'The line is booked or live',
    started: 'Its start has come',
    notEnded: 'Its end has not come',
    approved: 'An approved creative is assigned to it',
    size: 'A creative fits a size of the line',
    goal: 'Its goal is not met yet',
    yes: 'Yes',
    no: 'No',
    serves: 'Nothing stops this line: it competes for every request of its placements that its targeting admits.',
    stopped: (count: string) => `${count} of these stop it.`,
  },
  {
    title: 'Pourquoi elle est diffusée, ou non',
    lead: 'Ce qu’un appel doit trouver avant que cette ligne puisse y répondre.',
    lineState: 'La ligne est réservée ou en ligne',
    started: 'Son début est arrivé',
    notEnded: 'Sa fin n’est pas arrivée',
    approved: 'Une création approuvée lui est affectée',
    size: 'Une création convient à une taille de la ligne',
    goal: 'Son objectif n’est pas encore atteint',
    yes: 'Oui',
    no: 'Non',
    serves: 'Rien n’arrête cette ligne : elle concourt pour chaque appel de ses emplacements que son ciblage admet.',
    stopped: (count: string) => `${count} de ces points l’arrêtent.`,
  },
);
