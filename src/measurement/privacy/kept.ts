/**
 * What is kept of a visitor, and why: the list that the privacy page shows and the self-assessment repeats. A column of the facts that is
 * not here fails a test, so that nothing is kept unsaid.
 */
export type KeptFact = {
  columns: readonly string[];
  what: { en: string; fr: string };
  why: { en: string; fr: string };
  /** In which mode of a site it can be filled. */
  modes: readonly ('exempt' | 'consented')[];
};

const both = ['exempt', 'consented'] as const;

export const keptOfHits: readonly KeptFact[] = [
  {
    columns: ['org_id', 'site_id', 'hit_id', 'batch', 'origin', 'ingested_at'],
    what: {
      en: 'Which site, the number of the message and of the batch it came in, how and when it came in',
      fr: 'Le site, le numéro du message et celui de son envoi, comment et quand il est arrivé',
    },
    why: {
      en: 'So that a message counts once; to end retention',
      fr: 'Pour qu’un message compte une fois ; pour la fin de conservation',
    },
    modes: both,
  },
  {
    columns: ['at', 'local_time', 'local_date'],
    what: { en: 'Time of the action', fr: 'Heure de l’action' },
    why: { en: 'Figures by day and hour, visits', fr: 'Chiffres par jour et heure, visites' },
    modes: both,
  },
  {
    columns: ['visitor', 'visitor_before'],
    what: {
      en: 'A number made of site, address and browser under a random key of the day; the key is deleted 48 hours after its day (of a past day whose server log is imported: 7 days after the import, or as set), the address never stored. Where a server or another product named the visitor: a hash of that name under a key that stays, so that access and erasure find it',
      fr: 'Un nombre fait du site, de l’adresse et du navigateur sous une clé aléatoire du jour ; la clé est supprimée 48 heures après son jour (pour un jour passé dont le journal de serveur est importé : 7 jours après l’import, ou selon le réglage), l’adresse jamais stockée. Si un serveur ou un autre produit a nommé le visiteur : un hachage de ce nom sous une clé qui demeure, pour que l’accès et l’effacement le retrouvent',
    },
    why: {
      en: 'To count visitors of a day and join the pages of a visit',
      fr: 'Compter les visiteurs d’un jour et relier les pages d’une visite',
    },
    modes: both,
  },
  {
    columns: ['identified'],
    what: {
      en: 'A hash of the identifier that the visitor agreed to, per site; kept in the browser for at most 13 months',
      fr: 'Un hachage de l’identifiant auquel le visiteur a consenti, par site ; gardé dans le navigateur 13 mois au plus',
    },
    why: {
      en: 'Reach, frequency and attribution over days',
      fr: 'Couverture, répétition et attribution sur plusieurs jours',
    },
    modes: ['consented'],
  },
  {
    columns: ['name', 'hostname', 'path', 'section_id', 'props', 'passive', 'status', 'bytes', 'site_search'],
    what: {
      en: 'The page or event with the properties the site sends, and words typed into its search; of addresses, followed links and files too, host and path; the rest is dropped',
      fr: 'La page ou l’évènement avec les propriétés que le site envoie, et les mots tapés dans sa recherche ; des adresses, liens suivis et fichiers compris, hôte et chemin ; le reste est écarté',
    },
    why: { en: 'Content consulted, navigation problems', fr: 'Contenus consultés, problèmes de navigation' },
    modes: both,
  },
  {
    columns: [
      'referrer',
      'channel',
      'source',
      'search_term',
      'utm_source',
      'utm_medium',
      'utm_campaign',
      'utm_content',
      'utm_term',
      'line_item_id',
    ],
    what: {
      en: 'Where the visit came from: host and path of the page before, campaign tags, and the line item whose ad leads there, a campaign tag that is the same for all its readers; no click identifier',
      fr: 'D’où vient la visite : hôte et chemin de la page précédente, étiquettes de campagne, et la ligne dont la publicité mène là, une étiquette de campagne commune à tous ses lecteurs ; aucun identifiant de clic',
    },
    why: {
      en: 'Acquisition: how many visits and completed goals a campaign led to; never which ads a reader saw',
      fr: 'Acquisition : combien de visites et d’objectifs une campagne a amenés ; jamais quelles publicités un lecteur a vues',
    },
    modes: both,
  },
  {
    columns: ['country', 'region', 'city'],
    what: {
      en: 'Country (and region or city where the installation has such a database), looked up in memory',
      fr: 'Pays (et région ou ville si l’installation a une telle base), cherchés en mémoire',
    },
    why: { en: 'Audience by place', fr: 'Audience par lieu' },
    modes: both,
  },
  {
    columns: ['language', 'device', 'brand', 'browser', 'browser_version', 'os', 'os_version', 'width'],
    what: {
      en: 'Language, kind and brand of device, browser and system with major versions, width of the window',
      fr: 'Langue, type et marque d’appareil, navigateur et système en versions majeures, largeur de la fenêtre',
    },
    why: { en: 'Technical and ergonomic optimisation', fr: 'Optimisation technique et ergonomique' },
    modes: both,
  },
  {
    columns: ['engaged_ms', 'scroll', 'lcp_ms', 'inp_ms', 'cls_milli'],
    what: {
      en: 'Time the page was visible and active, depth read, how fast it was',
      fr: 'Temps où la page était visible et active, profondeur lue, sa rapidité',
    },
    why: { en: 'Performance of pages', fr: 'Performance des pages' },
    modes: both,
  },
  {
    columns: ['revenue_micros', 'currency'],
    what: { en: 'An amount that the site attaches to an event', fr: 'Un montant que le site attache à un évènement' },
    why: { en: 'Value of goals', fr: 'Valeur des objectifs' },
    modes: both,
  },
];
