/**
 * The sentences of the checks in both languages, by the code of the check. `{}` stands for a value, in the same order on both sides.
 * The checks write the English; the French is found by it, so that verdicts kept long ago are read in French too.
 */
import type { CreativeCheck } from './contract.ts';

export type Phrase = readonly [english: string, french: string];

const heldBack: Phrase = [
  'Nothing may be stored before the reader consents; served in a sandbox, it fails.',
  'Rien ne peut être stocké avant le consentement du lecteur ; dans le bac à sable de la diffusion, cela échoue.',
];
const lessDrawing: Phrase = ['Draw less often, animate with CSS.', 'Dessinez moins souvent, animez en CSS.'];
/** A figure that must not be larger than its limit. */
const figure = (english: string, french: string): Phrase[] => [
  [`${english}: {}, more than {}.`, `${french} : {}, plus que {}.`],
  [`${english}: {}.`, `${french} : {}.`],
];

export const phrases: Record<CreativeCheck['code'], readonly Phrase[]> = {
  size: [
    ['{} is not the size of any format.', '{} n’est la taille d’aucun format.'],
    [
      'Make it in a size that is sold, or add the format.',
      'Faites-la dans une taille qui se vend, ou ajoutez le format.',
    ],
    ['{} is the size of {}.', '{} est la taille de {}.'],
  ],
  weight: [
    ['{} kB of the {} kB allowed.', '{} ko sur les {} ko admis.'],
    ['{} kB is more than the {} kB allowed for {}.', '{} ko, plus que les {} ko admis en {}.'],
    ['Compress it: “Convert” keeps the original.', 'Compressez-la : « Convertir » garde l’original.'],
    ...figure('The file weighs', 'Poids du fichier'),
    [
      'Compress it: “Convert” makes a lighter WebP, AVIF, JPEG or PNG and keeps the original.',
      'Compressez-la : « Convertir » en fait un WebP, AVIF, JPEG ou PNG plus léger et garde l’original.',
    ],
  ],
  landing: [
    ['The landing page is reached over https.', 'La page de destination est en https.'],
    ['The landing page is not reached over https.', 'La page de destination n’est pas en https.'],
    ['Use the https address of the page.', 'Donnez l’adresse https de la page.'],
  ],
  animation: [
    ['The animation runs {}: it must stop after {} s.', 'L’animation dure {} : elle doit s’arrêter après {} s.'],
    ['The animation runs {}.', 'L’animation dure {}.'],
    [
      'Set a number of loops, so that all of them end in time.',
      'Fixez un nombre de boucles, pour que toutes finissent à temps.',
    ],
    ['Something still moves after 30 s.', 'Quelque chose bouge encore après 30 s.'],
    ['End every animation and loop within 30 s.', 'Terminez toute animation et toute boucle en 30 s.'],
    ['Nothing moves after 30 s.', 'Plus rien ne bouge après 30 s.'],
  ],
  files: [
    ...figure('Files in the zip', 'Fichiers dans le zip'),
    [
      'Put pictures together in a sprite, and scripts in one file.',
      'Réunissez les images en une planche, et les scripts en un fichier.',
    ],
  ],
  ad_size: [
    ['ad.size says {}.', 'ad.size annonce {}.'],
    ['The page has no <meta name="ad.size">.', 'La page n’a pas de <meta name="ad.size">.'],
    [
      'Add <meta name="ad.size" content="width=…,height=…"> to the head of the page.',
      'Ajoutez <meta name="ad.size" content="width=…,height=…"> dans l’en-tête de la page.',
    ],
  ],
  click: [
    ['The click goes by {}.', 'Le clic passe par {}.'],
    ['The click passes by {}.', 'Le clic passe par {}.'],
    [
      'The page uses no click tag: a click anywhere leads to the landing page.',
      'La page n’utilise pas de clickTag : un clic, où qu’il soit, mène à la page de destination.',
    ],
    ['Open window.clickTag in a new window on click.', 'Au clic, ouvrez window.clickTag dans une nouvelle fenêtre.'],
    [
      'The tag has no click macro: its clicks would not be counted.',
      'Le tag n’a pas de macro de clic : ses clics ne seraient pas comptés.',
    ],
    [
      'Ask the third party where its click address goes, and put [CLICK_URL] there.',
      'Demandez au tiers où va son adresse de clic, et mettez-y [CLICK_URL].',
    ],
  ],
  https: [
    ['Every address is https.', 'Toutes les adresses sont en https.'],
    ['Not over https: {}.', 'Pas en https : {}.'],
    ['{} requests are not over https.', 'Requêtes qui ne sont pas en https : {}.'],
    ['Load everything over https, or put it into the zip.', 'Chargez tout en https, ou mettez-le dans le zip.'],
  ],
  forbidden_calls: [
    ['No forbidden call is made.', 'Aucun appel interdit n’est fait.'],
    ['Calls that an ad must not make: {}.', 'Appels qu’une publicité ne doit pas faire : {}.'],
    [
      'An ad asks nothing of the reader and leaves the page alone.',
      'Une publicité ne demande rien au lecteur et ne touche pas à la page.',
    ],
  ],
  sound: [
    ['A film or sound starts by itself without being muted.', 'Un film ou un son démarre seul sans être muet.'],
    ['Add muted, and let the reader turn the sound on.', 'Ajoutez muted, et laissez le lecteur activer le son.'],
    ['No sound starts by itself.', 'Aucun son ne démarre seul.'],
  ],
  bitrate: [
    ...figure('The film takes', 'Débit du film'),
    ['Compress it again: slow connections will wait.', 'Compressez-le davantage : les connexions lentes attendront.'],
  ],
  assets: [
    ['There is no picture.', 'Il n’y a pas d’image.'],
    ['Most native placements show one.', 'La plupart des emplacements natifs en montrent une.'],
    ['Title and picture are there.', 'Le titre et l’image sont là.'],
  ],
  sponsor: [
    [
      'No sponsor is named: the advertiser’s name stands in.',
      'La marque n’est pas nommée : le nom de l’annonceur en tient lieu.',
    ],
    [
      'Fill in “Sponsored by” where the brand has another name.',
      'Remplissez « Sponsorisé par » si la marque a un autre nom.',
    ],
    ['The sponsor is named.', 'La marque est nommée.'],
  ],
  load_weight: [
    ...figure('Loaded at first', 'Chargé d’abord'),
    ['Compress the pictures, load the rest after the page.', 'Compressez les images, chargez le reste après la page.'],
  ],
  subload_weight: [
    ...figure('Loaded afterwards', 'Chargé ensuite'),
    ['Load less after the page.', 'Chargez moins après la page.'],
  ],
  requests: [...figure('Requests at first', 'Requêtes au départ'), ['Put files together.', 'Réunissez des fichiers.']],
  network: [
    ...figure('Loaded in all', 'Chargé en tout'),
    ['Chrome takes an ad away that loads more.', 'Chrome retire une publicité qui charge plus.'],
  ],
  cpu: [...figure('Main thread in 30 s', 'Processeur occupé en 30 s'), lessDrawing],
  cpu_share: [...figure('Share of the processor', 'Part du processeur'), lessDrawing],
  third_parties: [
    ['Nobody else is asked for anything.', 'Rien n’est demandé à un tiers.'],
    ['It loads from allowed hosts only.', 'Elle ne charge que d’hôtes admis.'],
    ['Loads from {}.', 'Charge depuis {}.'],
    [
      'An HTML5 creative brings its files along; what it loads from elsewhere is blocked when served.',
      'Une création HTML5 apporte ses fichiers ; ce qu’elle charge d’ailleurs est bloqué à la diffusion.',
    ],
  ],
  broken_requests: [
    ['Every file it asks for is there.', 'Tous les fichiers demandés sont là.'],
    ['Could not be loaded: {}.', 'N’a pas pu être chargé : {}.'],
    ['Put the file into the zip under that very name.', 'Mettez le fichier dans le zip sous ce nom exact.'],
  ],
  console_errors: [
    ['No script error.', 'Aucune erreur de script.'],
    ['Script error: {}.', 'Erreur de script : {}.'],
    [
      'Correct the script; it may show nothing to some readers.',
      'Corrigez le script ; certains lecteurs pourraient ne rien voir.',
    ],
  ],
  cookies: [
    ['No cookie is set.', 'Aucun cookie n’est posé.'],
    ['Cookies are set: {}.', 'Des cookies sont posés : {}.'],
    ['Nothing may be stored before the reader consents.', 'Rien ne peut être stocké avant le consentement du lecteur.'],
  ],
  blank: [
    ['The picture has a single colour.', 'L’image n’a qu’une couleur.'],
    ['Look at it: a layer may be missing.', 'Regardez-la : un calque manque peut-être.'],
    ['Something is to be seen.', 'Il y a quelque chose à voir.'],
    ['Nothing is to be seen.', 'Il n’y a rien à voir.'],
    ['Open the page by itself: a file may be missing.', 'Ouvrez la page seule : un fichier manque peut-être.'],
  ],
  render: [
    ['The picture cannot be shown: it is damaged.', 'L’image ne peut pas être montrée : elle est abîmée.'],
    ['Export it once more.', 'Exportez-la à nouveau.'],
    [
      'It could not be looked at in a browser: the browser could not open it.',
      'Elle n’a pas pu être regardée dans un navigateur : il n’a pas pu l’ouvrir.',
    ],
    [
      'It could not be looked at in a browser: url: it did not come to an end in {} s.',
      'Elle n’a pas pu être regardée dans un navigateur : elle n’a pas fini de se charger en {} s.',
    ],
    ['It could not be looked at in a browser: {}', 'Elle n’a pas pu être regardée dans un navigateur.'],
  ],
  landing_page: [
    ['The landing page does not answer.', 'La page de destination ne répond pas.'],
    [
      'Open the address by hand: it may be misspelt, or not be there yet.',
      'Ouvrez l’adresse à la main : elle est peut-être mal écrite, ou pas encore en ligne.',
    ],
    ['The landing page answers {}.', 'La page de destination répond {}.'],
    ['Readers would find an error: correct the address.', 'Les lecteurs trouveraient une erreur : corrigez l’adresse.'],
  ],
  utm: [
    ['The campaign parameters arrive.', 'Les paramètres de campagne arrivent.'],
    ['Lost on the way to the landing page: {}.', 'Perdus en chemin vers la page de destination : {}.'],
    [
      'Have the redirect keep the query, or use its target as landing page.',
      'Faites garder la requête à la redirection, ou donnez sa cible comme page de destination.',
    ],
  ],
  booked_size: [
    ['No size is not what “{}” has booked.', 'Elle n’a pas de taille, et « {} » en a réservé une.'],
    ['{} is not what “{}” has booked.', '{} n’est pas ce que « {} » a réservé.'],
    ['Make it in the size that was booked.', 'Faites-la dans la taille réservée.'],
    ['It has a size that was booked.', 'Sa taille est de celles qui sont réservées.'],
  ],
  backup_image: [
    ['{} stands in where HTML5 does not run.', '{} la remplace là où le HTML5 ne marche pas.'],
    ['No backup image is asked for.', 'Aucune image de secours n’est demandée.'],
    ['There is no backup image.', 'Il n’y a pas d’image de secours.'],
    [
      'Add a still picture of the same size to the zip, named backup.png or backup.jpg.',
      'Ajoutez au zip une image fixe de la même taille, nommée backup.png ou backup.jpg.',
    ],
  ],
  storage: [
    ['Nothing is stored in the reader’s browser.', 'Rien n’est stocké dans le navigateur du lecteur.'],
    [
      'It stores something in the reader’s browser: {}.',
      'Elle stocke quelque chose dans le navigateur du lecteur : {}.',
    ],
    heldBack,
  ],
  document_write: [
    ['It calls document.write, which stops the page.', 'Elle appelle document.write, qui arrête la page.'],
    ['Make elements and append them instead.', 'Créez plutôt des éléments et ajoutez-les à la page.'],
    ['The page is not written over.', 'La page n’est pas réécrite.'],
  ],
  loops: [
    ['It plays {} times, more than {}.', 'Elle passe {} fois, plus que {}.'],
    ['It plays {} times.', 'Nombre de passages : {}.'],
    ['Let it play up to three times.', 'Limitez-la à trois passages.'],
  ],
  frame_rate: [
    ...figure('Pictures a second', 'Images par seconde'),
    [
      'Show each picture longer, or make it an HTML5 creative or a film.',
      'Montrez chaque image plus longtemps, ou faites-en une création HTML5 ou un film.',
    ],
    ...figure('Changes of the page in a second', 'Changements de la page en une seconde'),
    [
      'Change it once a picture: with requestAnimationFrame or CSS.',
      'Changez-la une fois par image : avec requestAnimationFrame ou en CSS.',
    ],
  ],
  contrast: [
    ['It stands out from the page.', 'Elle se détache de la page.'],
    ['Its border cannot be told from the page: {}.', 'Son bord ne se distingue pas de la page : {}.'],
    [
      'Draw a line of one pixel around it, or give it a ground of another colour.',
      'Entourez-la d’un filet d’un pixel, ou donnez-lui un fond d’une autre couleur.',
    ],
  ],
  expand: [
    ['It asks to grow over the page ({}).', 'Elle demande à s’étendre sur la page ({}).'],
    [
      'Stay within the space that was booked, or book an expandable format.',
      'Restez dans l’espace réservé, ou réservez un format extensible.',
    ],
    ...figure('Highest z-index', 'z-index le plus haut'),
    [
      'Layers of an ad that does not expand stay under 5,000.',
      'Les calques d’une publicité non extensible restent sous 5 000.',
    ],
    ['It needs {}: more than its space.', 'Il lui faut {} : plus que son espace.'],
    [
      'Hide what is outside of the space (overflow: hidden), or make it fit.',
      'Cachez ce qui dépasse (overflow: hidden), ou faites-la tenir dans son espace.',
    ],
  ],
  mime: [
    ['Every file is what its name says.', 'Chaque fichier est ce que dit son nom.'],
    ['{} is not what its name says: it is {}.', '{} n’est pas ce que dit son nom : son type est {}.'],
    [
      'Give the file the ending of what it holds; browsers refuse scripts and pictures of another type.',
      'Donnez au fichier l’extension de ce qu’il contient ; les navigateurs refusent un script ou une image d’un autre type.',
    ],
  ],
  svg: [
    [
      'Something was taken out of the SVG that could reach outside of it.',
      'Le SVG contenait quelque chose qui pouvait agir hors de lui : c’est enlevé.',
    ],
    [
      'Look at it: what came is kept, what is served is the clean drawing.',
      'Regardez-la : le fichier reçu est gardé, le dessin nettoyé est diffusé.',
    ],
    ['The SVG holds nothing that runs or loads.', 'Le SVG ne contient rien qui s’exécute ou se charge.'],
  ],
  macros: [
    [
      '{} stands inside of another address and is not encoded there.',
      '{} est à l’intérieur d’une autre adresse et n’y est pas encodée.',
    ],
    [
      'Use the encoded form inside of a parameter: %%CLICK_URL_ESC%% or [CLICK_URL_ENC].',
      'Dans un paramètre, prenez la forme encodée : %%CLICK_URL_ESC%% ou [CLICK_URL_ENC].',
    ],
    ['The macros are encoded where they must be.', 'Les macros sont encodées là où il le faut.'],
  ],
  cache_buster: [
    ['A random number keeps caches away.', 'Un nombre aléatoire écarte les caches.'],
    ['Nothing is loaded that a cache could keep.', 'Rien n’est chargé qu’un cache pourrait garder.'],
    [
      'No cache buster: what the third party counts may come from a cache.',
      'Pas d’anti-cache : ce que compte le tiers peut venir d’un cache.',
    ],
    [
      'Add [RANDOM] or %%CACHEBUSTER%% to its address, as the third party’s guide says.',
      'Ajoutez [RANDOM] ou %%CACHEBUSTER%% à son adresse, comme le dit le guide du tiers.',
    ],
  ],
  payer: [
    ['Paid for by {}.', 'Payée par {}.'],
    ['Nobody is named as who pays.', 'Personne n’est nommé comme payeur.'],
    [
      'Say who pays for the ad: the advertiser or somebody else.',
      'Dites qui paie la publicité : l’annonceur ou quelqu’un d’autre.',
    ],
    ['The advertiser is shown as who pays.', 'L’annonceur est montré comme payeur.'],
  ],
  legal_text: [
    ['The legal words are there.', 'Les mentions légales sont là.'],
    ['The legal words of this trade are not found.', 'Les mentions légales de ce secteur sont introuvables.'],
    [
      'Show for instance: {} In a picture: write them into “Legal words” too.',
      'Montrez par exemple : {} Dans une image : écrivez-les aussi dans « Mentions légales ».',
    ],
  ],
  language: [
    ['It is in {}, as was asked.', 'Elle est en langue {}, comme demandé.'],
    ['Its language is not said.', 'Sa langue n’est pas dite.'],
    ['It is in {}, which was not asked for.', 'Elle est en langue {}, qui n’est pas demandée.'],
    [
      'Say its language, or make it in the one that was asked for.',
      'Dites sa langue, ou faites-la dans celle qui est demandée.',
    ],
  ],
  deadline: [
    ['It came in time.', 'Elle est arrivée à temps.'],
    ['It came after the deadline.', 'Elle est arrivée après la date limite.'],
    ['Approve it soon, or move the start of the line.', 'Approuvez-la vite, ou décalez le début de la ligne.'],
  ],
  rights: [
    ['Its rights are over: it is not served any more.', 'Ses droits sont échus : elle n’est plus diffusée.'],
    ['Extend the rights, or replace the creative.', 'Prolongez les droits, ou remplacez la création.'],
    ['Its rights end before “{}” does.', 'Ses droits finissent avant « {} ».'],
    [
      'Extend the rights, or plan a creative for the rest of the line.',
      'Prolongez les droits, ou prévoyez une création pour la suite de la ligne.',
    ],
    ['Its rights last as long as its lines.', 'Ses droits durent autant que ses lignes.'],
  ],
  click_area: [
    ['A click leads somewhere at {} of {} points.', 'Un clic mène quelque part en {} points sur {}.'],
    ['A click leads nowhere.', 'Un clic ne mène nulle part.'],
    [
      'Open window.clickTag on a click anywhere in the ad.',
      'Ouvrez window.clickTag à un clic n’importe où dans la publicité.',
    ],
  ],
  click_window: [
    ['A click opens a new window.', 'Un clic ouvre une nouvelle fenêtre.'],
    ['A click leads away from the ad in its own window.', 'Un clic quitte la publicité dans sa propre fenêtre.'],
    [
      'Use window.open(window.clickTag) or target="_blank".',
      'Utilisez window.open(window.clickTag) ou target="_blank".',
    ],
  ],
  consent: [
    ['It asks third parties before it asks for consent.', 'Elle appelle des tiers avant de demander le consentement.'],
    ['Ask __tcfapi first, or use a tag that does.', 'Interrogez d’abord __tcfapi, ou prenez un tag qui le fait.'],
    ['It asks for consent.', 'Elle demande le consentement.'],
    ['It needs no consent.', 'Elle n’a pas besoin de consentement.'],
  ],
  landing_tls: [
    [
      'The certificate of the landing page is not in order.',
      'Le certificat de la page de destination n’est pas en règle.',
    ],
    [
      'Have the certificate renewed, or use the right host name.',
      'Faites renouveler le certificat, ou donnez le bon nom d’hôte.',
    ],
    ['Its certificate is in order.', 'Son certificat est en règle.'],
  ],
  landing_redirects: [
    ...figure('Redirects before the landing page', 'Redirections avant la page de destination'),
    [
      'Use the last address as landing page: each step costs readers.',
      'Donnez la dernière adresse comme page de destination : chaque étape perd des lecteurs.',
    ],
  ],
  landing_speed: [
    ...figure('The landing page answers after', 'La page de destination répond après'),
    [
      'Readers leave before it is there: have it made faster, or use another page.',
      'Les lecteurs partent avant qu’elle soit là : faites-la accélérer, ou prenez une autre page.',
    ],
  ],
  video_length: [
    ...figure('The film lasts', 'Durée du film'),
    ['Cut it, or agree on a longer one with the publisher.', 'Coupez-le, ou convenez d’un plus long avec l’éditeur.'],
  ],
};

/** Where the rules come from; what is not here has the same name in French. */
export const sourcePhrases: Record<string, string> = {
  'Your formats': 'Vos formats',
  'The booking': 'La réservation',
  'Lead time of the placement': 'Délai de remise de l’emplacement',
  'Rights of use': 'Droits d’usage',
  'IAB LEAN principles': 'Principes LEAN de l’IAB',
  'Google Ads HTML5 requirements': 'Exigences HTML5 de Google Ads',
  'Google Ads image requirements': 'Exigences de Google Ads pour les images',
  'Google Ad Manager help 7046799': 'Aide de Google Ad Manager 7046799',
  'Google Ad Manager help 1242718': 'Aide de Google Ad Manager 1242718',
  'Chrome heavy ad intervention': 'Chrome, retrait des publicités lourdes',
  'Regulation (EU) 2022/2065, article 26': 'Règlement (UE) 2022/2065, article 26',
  'Directive 2002/58/EC, article 5(3)': 'Directive 2002/58/CE, article 5, paragraphe 3',
  'Format of the publisher, after the IAB New Ad Portfolio': 'Format de l’éditeur, d’après l’IAB New Ad Portfolio',
  'W3C SVG Integration, secure static mode': 'W3C SVG Integration, mode statique sûr (secure static)',
  'W3C HTML, update the rendering: 60 a second': 'W3C HTML, mise à jour du rendu : 60 par seconde',
  'Google Search Central: avoid redirect chains': 'Google Search Central : éviter les redirections en chaîne',
  'web.dev, time to first byte': 'web.dev, temps jusqu’au premier octet',
  'Urchin tracking parameters, as analytics read them':
    'Paramètres de suivi Urchin (utm), comme les lit une mesure d’audience',
};
