/** The news of « Le Courrier des Lacs », an invented paper of an invented valley. */
import type { Scene } from './illustration.ts';

export type Section = { slug: string; name: string; line: string };

export type Article = {
  slug: string;
  section: string;
  title: string;
  lead: string;
  author: string;
  /** Minutes of reading. */
  minutes: number;
  scene: Scene;
  text: string[];
  quote: string;
};

export const sections: Section[] = [
  { slug: 'politique', name: 'Politique', line: 'Conseils, communes et vie de la vallée' },
  { slug: 'economie', name: 'Économie', line: 'Ceux qui fabriquent, vendent et embauchent' },
  { slug: 'sport', name: 'Sport', line: 'Sur l’eau, sur la neige et sur la pelouse' },
  { slug: 'culture', name: 'Culture', line: 'Scènes, livres et patrimoine' },
  { slug: 'montagne', name: 'Montagne', line: 'Sentiers, refuges et faune des hauteurs' },
];

export const articles: Article[] = [
  {
    slug: 'navette-lacustre',
    section: 'politique',
    title: 'La navette lacustre relie enfin les deux rives, toute l’année',
    lead: 'Dès lundi, quatre bateaux électriques traverseront le lac de Vernaz toutes les vingt minutes. Les maires des deux rives y travaillaient depuis onze ans.',
    author: 'Élise Marchandon',
    minutes: 5,
    scene: 'lake',
    quote: 'On cessera de faire quarante kilomètres de route pour aller chez le voisin d’en face.',
    text: [
      'À six heures douze, lundi, l’Hirondelle quittera le ponton de Vernaz-le-Haut avec soixante places assises, douze vélos et un capitaine qui connaît chaque courant du lac. Elle accostera neuf minutes plus tard à Port-Sorlin, où une correspondance attendra les voyageurs pour la gare.',
      'La ligne n’allait pas de soi. Deux projets avaient échoué, l’un faute de quai, l’autre faute d’accord sur le partage des coûts. C’est finalement la communauté des lacs qui porte l’ensemble : les bateaux, les pontons et les abonnements, communs avec les autocars.',
      'Le billet sera vendu un euro quatre-vingts, et l’abonnement de travail remboursé pour moitié par les employeurs. La régie attend deux mille passagers par jour en semaine, le double les samedis de marché.',
      'Reste la question du brouillard, fréquent de novembre à février. Les bateaux sont équipés de radars, mais le règlement impose une vitesse réduite : la traversée prendra alors quinze minutes. « Cela reste plus court que la route », sourit la présidente du syndicat.',
      'Une enquête sera menée au printemps auprès des habitants. Selon ses résultats, une troisième escale pourrait ouvrir au pied du village de Combe-Noire, dont la route est fermée un hiver sur deux.',
    ],
  },
  {
    slug: 'budget-ecoles',
    section: 'politique',
    title: 'Budget : la rénovation des écoles passe avant la nouvelle mairie',
    lead: 'Après trois heures de débat, le conseil de Port-Sorlin a voté à une voix près le report de l’hôtel de ville.',
    author: 'Paul Ravoire',
    minutes: 4,
    scene: 'town',
    quote: 'Un toit qui fuit sur une classe n’attend pas une inauguration.',
    text: [
      'Le vote a eu lieu peu avant minuit, quatorze voix contre treize. Les six écoles de la commune seront isolées et chauffées au bois d’ici trois ans ; la nouvelle mairie attendra le mandat suivant.',
      'L’opposition regrette un projet prêt, permis en main. La majorité répond par une facture : le chauffage des écoles a coûté quatre cent dix mille euros l’hiver dernier, un tiers de plus que prévu.',
      'Les travaux commenceront par l’école des Tilleuls, dont le préau sera couvert de panneaux solaires. Les élèves passeront un trimestre dans les locaux de l’ancien collège.',
      'Le conseil se réunira de nouveau en janvier pour choisir les entreprises. Les parents d’élèves ont obtenu d’assister à l’ouverture des plis.',
    ],
  },
  {
    slug: 'horlogers-recrutent',
    section: 'economie',
    title: 'Les ateliers d’horlogerie cherchent deux cents paires de mains',
    lead: 'Les carnets de commandes débordent dans la vallée. Une école ouverte à tous les âges promet un métier en neuf mois.',
    author: 'Nadia Ferrolle',
    minutes: 6,
    scene: 'town',
    quote: 'J’ai quitté un bureau pour un établi, et je n’ai plus jamais regardé l’heure de la même façon.',
    text: [
      'Dans l’ancienne scierie de Montclar, on n’entend plus que des souffles retenus. Vingt-deux élèves, de dix-neuf à cinquante-quatre ans, apprennent à poser un ressort plus fin qu’un cheveu.',
      'La promotion est payée dès le premier jour par six ateliers qui se sont mis d’accord sur les salaires pour ne plus se prendre leurs ouvriers. Chacun s’engage à embaucher trois élèves par an pendant cinq ans.',
      'La demande vient surtout de la réparation : les montres mécaniques se gardent, se transmettent, et reviennent à l’atelier tous les sept ans. Les délais atteignent aujourd’hui onze mois.',
      'La prochaine rentrée est fixée au 1er mars. Les candidats passent une épreuve d’adresse d’une heure ; aucun diplôme n’est demandé.',
    ],
  },
  {
    slug: 'fromageries-export',
    section: 'economie',
    title: 'La tomme des lacs prend le train pour les marchés du Nord',
    lead: 'Huit fromageries partagent un wagon réfrigéré chaque mardi. Le transport coûte un cinquième de moins que le camion.',
    author: 'Nadia Ferrolle',
    minutes: 3,
    scene: 'field',
    quote: 'Le wagon part plein ou ne part pas : cela apprend à se parler.',
    text: [
      'Le train de 4 h 50 emporte désormais neuf tonnes de tommes vers les halles du Nord. À l’arrivée, les meules ont voyagé quatorze heures à dix degrés, sans un transbordement.',
      'L’idée est née d’une panne : privées de camions pendant une grève, deux fromageries avaient loué un wagon à l’essai. Les six autres ont suivi à l’automne.',
      'Le groupement vise cinq cents tonnes l’an prochain et étudie un second départ le vendredi, pour les fêtes.',
    ],
  },
  {
    slug: 'regate-des-neiges',
    section: 'sport',
    title: 'Régate des neiges : Anouk Delbard gagne au dernier bord',
    lead: 'Menée pendant six manches, la navigatrice de Port-Sorlin a trouvé le vent sous la falaise, là où personne ne le cherchait.',
    author: 'Hugo Tessonnier',
    minutes: 4,
    scene: 'sail',
    quote: 'Mon grand-père pêchait là. Il disait que la falaise respire à quatre heures.',
    text: [
      'Il restait huit cents mètres et la course semblait dite. En tête, le voilier de Léo Branchard filait vers la bouée. C’est alors qu’Anouk Delbard a viré seule vers la rive, sous les huées amicales du comité.',
      'La risée est venue deux minutes plus tard. Une bande d’eau sombre, large comme une rue, qui descend de la falaise quand le soleil quitte la combe. Elle l’a portée jusqu’à la ligne avec onze secondes d’avance.',
      'Quarante-six équipages avaient pris le départ sous deux degrés. Trois ont chaviré, sans dommage autre qu’un thermos. La prochaine manche aura lieu sur le lac d’Aubry si la glace le permet.',
      'Au classement général, la jeune femme de vingt-trois ans prend la tête avec quatre points d’avance. Elle sera au départ du championnat national en avril.',
    ],
  },
  {
    slug: 'derby-des-vallees',
    section: 'sport',
    title: 'Le derby des vallées se joue à guichets fermés',
    lead: 'Six mille places vendues en une heure : samedi, Vernaz reçoit Montclar pour la première place.',
    author: 'Hugo Tessonnier',
    minutes: 3,
    scene: 'stadium',
    quote: 'On se croise toute l’année à la boulangerie. Samedi, on ne se dira pas bonjour.',
    text: [
      'Jamais le stade des Saules n’avait affiché complet si vite. Les deux clubs, séparés d’un point, n’ont plus perdu depuis septembre.',
      'Vernaz devra se passer de son capitaine, suspendu. Montclar arrive au complet, mais n’a plus gagné aux Saules depuis huit ans.',
      'Coup d’envoi à 18 h 30. Des navettes partiront de toutes les communes, et le match sera montré sur écran géant place du Port.',
    ],
  },
  {
    slug: 'theatre-du-port',
    section: 'culture',
    title: 'Le théâtre du Port rouvre avec une pièce écrite par ses voisins',
    lead: 'Trois ans de travaux, neuf cents récits recueillis dans les cafés : la salle rend à la ville sa propre histoire.',
    author: 'Camille Ostrand',
    minutes: 5,
    scene: 'stage',
    quote: 'Ma mère est un personnage. Elle dit qu’elle parlait mieux que cela.',
    text: [
      'Le rideau est neuf, mais il garde le rouge de l’ancien, relevé sur un morceau retrouvé sous la scène. Vendredi soir, il s’ouvrira sur quarante habitants, dont onze n’avaient jamais mis les pieds dans un théâtre.',
      'La metteuse en scène Irène Valoup a passé deux hivers à écouter. Du cordonnier à la factrice, chacun a donné un souvenir ; cinquante-deux forment la pièce.',
      'La salle compte désormais quatre cent vingt fauteuils, une rampe pour chaque rangée et un son réglé pour les appareils auditifs. Le chauffage vient du lac.',
      'Les six premières dates sont complètes. Douze places sont gardées chaque soir au guichet, à huit euros.',
    ],
  },
  {
    slug: 'carnets-de-la-cartographe',
    section: 'culture',
    title: 'Les carnets de la cartographe sortent du grenier',
    lead: 'On croyait perdus les relevés de Jeanne Aubarède, première à mesurer les lacs. Ils dormaient dans une malle à Combe-Noire.',
    author: 'Camille Ostrand',
    minutes: 4,
    scene: 'lake',
    quote: 'Elle note la profondeur, la couleur de l’eau, et ce qu’elle a mangé à midi.',
    text: [
      'Dix-sept carnets de toile, une écriture penchée, des aquarelles grandes comme un timbre. De 1911 à 1926, Jeanne Aubarède a sondé les neuf lacs de la vallée, à la corde et au plomb.',
      'Ses mesures étonnent encore : comparées aux relevés modernes, elles ne s’écartent que de deux mètres au plus profond.',
      'Le musée de Vernaz les expose jusqu’à Pâques et en publie une version à feuilleter, avec les cartes d’aujourd’hui en regard.',
    ],
  },
  {
    slug: 'retour-du-gypaete',
    section: 'montagne',
    title: 'Un couple de gypaètes niche de nouveau au-dessus de Combe-Noire',
    lead: 'Aucun n’avait été vu dans la combe depuis quatre-vingt-dix ans. Les gardes demandent de contourner la paroi jusqu’en juin.',
    author: 'Martin Collomb',
    minutes: 4,
    scene: 'peaks',
    quote: 'La première fois, j’ai baissé mes jumelles. J’avais les yeux pleins d’eau.',
    text: [
      'Le nid se devine à peine, une tache claire sous un surplomb. Les deux oiseaux, deux mètres quatre-vingts d’envergure, y apportent des branches depuis octobre.',
      'Le sentier du Vallon est dévié sur six cents mètres. Les grimpeurs ont accepté de laisser la grande paroi jusqu’à l’envol ; le vol libre est suspendu au-dessus du cirque.',
      'Une caméra posée en face diffusera les images à la maison du parc. L’œuf est attendu en janvier, l’éclosion en mars.',
    ],
  },
  {
    slug: 'refuge-des-trois-cols',
    section: 'montagne',
    title: 'Au refuge des Trois-Cols, l’hiver se prépare à dos de mulet',
    lead: 'Six bêtes, trois voyages par jour, deux tonnes de bois et de farine : reportage avant la neige.',
    author: 'Martin Collomb',
    minutes: 6,
    scene: 'peaks',
    quote: 'L’hélicoptère met six minutes. Le mulet met quatre heures, mais il ne fait peur à personne.',
    text: [
      'Il gèle encore quand Solène Pradier serre la dernière sangle. Devant elle, Biscotte, Falaise et quatre autres mulets attendent en soufflant. Il y a mille deux cents mètres à monter.',
      'Depuis deux ans, le refuge a renoncé à l’hélicoptère pour tout ce qui peut se porter. Le parc y gagne du silence, et la gardienne un quart de son budget.',
      'À la montée, de la farine, du bois, des bouteilles de gaz ; à la descente, les déchets de l’été. Le dernier voyage est prévu jeudi, si la neige attend.',
      'Le refuge rouvrira pour les skieurs le 15 décembre, avec vingt-huit couchages et une soupe qui, selon le livre d’or, justifie la montée.',
    ],
  },
];
