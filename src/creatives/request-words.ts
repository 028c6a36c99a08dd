/** What is said to studios and clients about requests, in their language: in the PDF, the letters and the page behind a link. */
import type { CreativeKind } from './words.ts';
import type { CreativeLimits } from './limits.ts';

export type SheetLanguage = 'en' | 'fr';

export const sheetWords = {
  en: {
    title: 'Creatives needed',
    of: 'of',
    page: 'Page',
    made: 'As of',
    for: 'For',
    by: 'Asked by',
    order: 'Order',
    format: 'Format',
    where: 'Where it runs',
    kinds: 'Accepted',
    limits: 'Limits',
    due: 'Deadline',
    start: 'Starts',
    state: 'State',
    languages: 'Languages',
    none: 'Nothing is needed at the moment.',
    rules: 'What every creative keeps',
    ruleList: [
      'All addresses over https; nothing is loaded from elsewhere unless agreed.',
      'HTML5: one zip with index.html, <meta name="ad.size">, and a click through window.clickTag in a new window.',
      'No localStorage, no document.write, no sound before a click, no dialog.',
      'Animations stop in time; a border or a ground that stands out from the page.',
      'The advertiser, and who pays where it is somebody else, are named (Regulation (EU) 2022/2065, article 26).',
    ],
    hand: 'Hand in at',
    open: 'to be sent',
    received: 'received',
    refused: 'to be corrected',
    done: 'approved',
    cancelled: 'cancelled',
    late: 'late',
  },
  fr: {
    title: 'Créations attendues',
    of: 'sur',
    page: 'Page',
    made: 'État au',
    for: 'Pour',
    by: 'Demandé par',
    order: 'Commande',
    format: 'Format',
    where: 'Diffusion',
    kinds: 'Accepté',
    limits: 'Limites',
    due: 'À rendre le',
    start: 'Début',
    state: 'État',
    languages: 'Langues',
    none: 'Rien n’est attendu pour le moment.',
    rules: 'Ce que respecte toute création',
    ruleList: [
      'Toutes les adresses en https ; rien n’est chargé ailleurs sans accord.',
      'HTML5 : un zip avec index.html, <meta name="ad.size">, et un clic par window.clickTag dans une nouvelle fenêtre.',
      'Ni localStorage, ni document.write, ni son avant un clic, ni boîte de dialogue.',
      'Les animations s’arrêtent à temps ; une bordure ou un fond qui se détache de la page.',
      'L’annonceur, et qui paie si c’est un autre, sont nommés (règlement (UE) 2022/2065, article 26).',
    ],
    hand: 'À déposer sur',
    open: 'à envoyer',
    received: 'reçue',
    refused: 'à corriger',
    done: 'approuvée',
    cancelled: 'annulée',
    late: 'en retard',
  },
} as const;

const kindWords: Record<SheetLanguage, Record<CreativeKind, string>> = {
  en: {
    image: 'image (PNG, JPEG, WebP, AVIF, GIF, SVG)',
    html5: 'HTML5 (zip)',
    native: 'native: title, text, picture',
    text: 'text',
    video: 'film (MP4, WebM) or VAST address',
    tag: 'third-party tag',
  },
  fr: {
    image: 'image (PNG, JPEG, WebP, AVIF, GIF, SVG)',
    html5: 'HTML5 (zip)',
    native: 'native : titre, texte, image',
    text: 'texte',
    video: 'film (MP4, WebM) ou adresse VAST',
    tag: 'tag tiers',
  },
};

export const kindsText = (kinds: readonly CreativeKind[], language: SheetLanguage): string =>
  kinds.map((kind) => kindWords[language][kind]).join(' · ');

/** The limits that matter to who makes the creative, by what may be sent. */
export function limitsText(limits: CreativeLimits, kinds: readonly CreativeKind[], language: SheetLanguage): string {
  const number = new Intl.NumberFormat(language);
  const fr = language === 'fr';
  const part = (value: number | undefined, write: (shown: string) => string) =>
    value === undefined ? [] : [write(number.format(value))];
  const display = [
    ...part(limits.initial_kb, (kb) => (fr ? `${kb} Ko au chargement` : `${kb} kB at first`)),
    ...part(limits.subload_kb, (kb) => (fr ? `${kb} Ko ensuite` : `${kb} kB afterwards`)),
    ...part(limits.animation_s, (s) => (fr ? `animation de ${s} s au plus` : `animation of ${s} s at most`)),
    ...part(limits.files, (files) => (fr ? `${files} fichiers au plus` : `${files} files at most`)),
    ...(limits.needs_backup ? [fr ? 'image de secours' : 'backup image'] : []),
  ];
  const film = [
    ...part(limits.video_s, (s) => (fr ? `${s} s au plus` : `${s} s at most`)),
    ...part(limits.video_kbps, (kbps) => (fr ? `${kbps} kbit/s au plus` : `${kbps} kbit/s at most`)),
  ];
  if (kinds.includes('video')) return film.join(' · ');
  return kinds.includes('image') ? display.join(' · ') : '';
}
