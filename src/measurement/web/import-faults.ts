/**
 * What is wrong with an imported file, in French. The server says it in English with the file, the line and the column; a sentence
 * that is not known here is shown as it came.
 */
type Told = readonly [RegExp, string];

/** `$1` … are the parts in brackets. */
const faults: readonly Told[] = [
  [/^the row has (\d+) cells where the header has (\d+)$/, 'la ligne a $1 cellules là où l’en-tête en a $2'],
  [/^(".*") is not a number$/, '$1 n’est pas un nombre'],
  [/^(".*") is not a count$/, '$1 n’est pas un nombre entier'],
  [/^(".*") is not a duration$/, '$1 n’est pas une durée'],
  [/^(".*") is not a day$/, '$1 n’est pas un jour'],
  [/^(".*") is not a time$/, '$1 n’est pas une heure'],
  [/^(".*") is not a currency such as EUR$/, '$1 n’est pas une devise telle que EUR'],
  [/^(".*") is less than nothing$/, '$1 est inférieur à zéro'],
  [/^(".*") lies before the start$/, '$1 précède le début'],
  [/^(".*") makes a period of more than 400 days$/, '$1 donne une période de plus de 400 jours'],
  [/^(".*") is not a day that can be told for certain$/, '$1 n’est pas un jour que l’on puisse lire avec certitude'],
  [
    /^(".*") is not a day; export by day, not by week or month$/,
    '$1 n’est pas un jour ; exportez par jour, et non par semaine ou par mois',
  ],
  [/^is not a time in microseconds$/, 'n’est pas une heure en microsecondes'],
  [/^is not a time$/, 'n’est pas une heure'],
  [/^is empty$/, 'est vide'],
  [/^is missing$/, 'manque'],
  [/^the line is not JSON$/, 'la ligne n’est pas du JSON'],
  [/^the line is not a JSON object$/, 'la ligne n’est pas un objet JSON'],
  [/^the line is too long$/, 'la ligne est trop longue'],
  [
    /^the document is larger than 64 MB; export one object a line$/,
    'le document dépasse 64 Mo ; exportez un objet par ligne',
  ],
  [/^the JSON is broken here$/, 'le JSON est rompu ici'],
  [/^must be a list$/, 'doit être une liste'],
  [/^the entry is not an object$/, 'l’entrée n’est pas un objet'],
  [/^this column is there twice$/, 'cette colonne est présente deux fois'],
  [/^this column is missing$/, 'cette colonne manque'],
  [
    /^this column is not known in Plausible’s table of (.*)$/,
    'cette colonne n’est pas connue dans la table $1 de Plausible',
  ],
  [/^this column is not known in Umami’s events$/, 'cette colonne n’est pas connue dans les évènements d’Umami'],
  [
    /^this (?:column|field) is not known in a report of Matomo$/,
    'cette colonne n’est pas connue dans un rapport de Matomo',
  ],
  [
    /^this column is not known in an export of Google Analytics 4$/,
    'cette colonne n’est pas connue dans un export de Google Analytics 4',
  ],
  [
    /^this header holds no figure of Google Analytics 4 that Vigie knows$/,
    'cet en-tête ne contient aucun chiffre de Google Analytics 4 que Vigie connaisse',
  ],
  [
    /^the report does not say which it is; name its table \(family\) or keep Matomo’s method in the file’s name$/,
    'le rapport ne dit pas ce qu’il est ; nommez sa table ou gardez la méthode de Matomo dans le nom du fichier',
  ],
  [
    /^the visits have no actions \(actionDetails\); export the visits log as JSON$/,
    'les visites n’ont pas d’actions (actionDetails) ; exportez le journal des visites en JSON',
  ],
  [
    /^no export of Plausible, Matomo, Google Analytics 4 or Umami begins like this \((.*)\)$/,
    'aucun export de Plausible, Matomo, Google Analytics 4 ou Umami ne commence ainsi ($1)',
  ],
  [
    /^(".*") and (".*") stand in one table; export one of them at a time$/,
    '$1 et $2 sont dans une même table ; exportez-les l’un après l’autre',
  ],
  [
    /^the number of the day, or the start date above the table, is missing$/,
    'le numéro du jour, ou la date de début au-dessus de la table, manque',
  ],
  [
    /^the table has no date; export it by day, or say which days it covers \(from and to\)$/,
    'la table n’a pas de date ; exportez-la par jour, ou dites quels jours elle couvre (du et au)',
  ],
  [
    /^this is no cost report of Google Ads, Meta, LinkedIn or Microsoft; say which columns are which \((.*)\)$/,
    'ce n’est pas un rapport de coûts de Google Ads, Meta, LinkedIn ou Microsoft ; dites à quoi servent les colonnes ($1)',
  ],
  [/^there is no column for the (.*)$/, 'il n’y a pas de colonne pour « $1 »'],
  [/^there is no column (".*")$/, 'il n’y a pas de colonne $1'],
  [/^the report holds no row$/, 'le rapport ne contient aucune ligne'],
  [
    /^the report has no day and no period above it; export it by day$/,
    'le rapport n’a ni jour ni période au-dessus de lui ; exportez-le par jour',
  ],
  [
    /^this is no table of a Search Console export \((.*)\)$/,
    'ce n’est pas une table d’un export de la Search Console ($1)',
  ],
  [
    /^the tables do not say which days they cover; bring the whole zip, or say from and to$/,
    'les tables ne disent pas quels jours elles couvrent ; apportez le zip entier, ou dites du et au',
  ],
  [/^holds no figures$/, 'ne contient aucun chiffre'],
];

const whole: readonly Told[] = [
  [/^(.*): is empty\.$/, '$1 : est vide.'],
  [/^(.*): holds no table\.$/, '$1 : ne contient aucune table.'],
  [/^file: is missing\.$/, 'Choisissez un fichier.'],
  [/^from: must not lie after to\.$/, 'Le début doit précéder la fin.'],
  [
    /^file: the files come from (\w+) and (\w+); import one product at a time\.$/,
    'Les fichiers viennent de $1 et de $2 ; importez un produit à la fois.',
  ],
  [
    /^The table of (.*) from (\S+) to (\S+) overlaps what is there from (\S+) to (\S+): they would count twice\. Take that import back first\.$/,
    'La table $1 du $2 au $3 recouvre ce qui est déjà là du $4 au $5 : ces jours compteraient deux fois. Retirez d’abord cet import.',
  ],
  [
    /^The site has hits of its own on (\d\S+)(?: to (\S+) \((\d+) days\))?: they would count twice\. Import with live_days "keep" .*$/,
    'Le site a déjà ses propres hits sur ces jours (à partir du $1) : ils compteraient deux fois. Choisissez de laisser ces jours de côté, ou de compter les deux.',
  ],
  [/^The import was cut off\.$/, 'L’import a été interrompu.'],
  [/^key: Google refused it \((\d+)\)\.$/, 'Google a refusé cette clé ($1).'],
  [
    /^Search Console answered (\d+) at (\w+) of (\S+); ask again: a day that is there already counts once\.$/,
    'La Search Console a répondu $1 pour le $3 ; redemandez : un jour qui est déjà là ne compte qu’une fois.',
  ],
  [
    /^property: the service account may not read (.*); add its e-mail to the property’s users\.$/,
    'Le compte de service ne peut pas lire $1 ; ajoutez son adresse aux utilisateurs de la propriété.',
  ],
  [
    /^property: must be one of (\S+), the site that it is read for\.$/,
    'La propriété doit être de $1, le site pour lequel elle est lue.',
  ],
  [
    /^property: (.*) is not bound to this organisation; who runs the installation binds it: (.*)$/,
    '$1 n’est pas rattachée à cette organisation ; qui tient l’installation la rattache ainsi : $2',
  ],
  [
    /^to: at most (\d+) days at once; Google keeps sixteen months\.$/,
    'Au plus $1 jours à la fois ; Google en garde seize mois.',
  ],
  [
    /^key: is no key file of a Google service account \(JSON with client_email and private_key\)\.$/,
    'Le fichier de clé n’est pas celui d’un compte de service Google (JSON avec client_email et private_key).',
  ],
  [
    /^No service account is set: name its key file in VIGIE_SEARCH_CONSOLE_KEY, or import the export’s zip\.$/,
    'Aucun compte de service n’est réglé : nommez son fichier de clé dans VIGIE_SEARCH_CONSOLE_KEY, ou importez le zip de l’export.',
  ],
  [
    /^The key file of VIGIE_SEARCH_CONSOLE_KEY cannot be read\.$/,
    'Le fichier de clé de VIGIE_SEARCH_CONSOLE_KEY ne peut pas être lu.',
  ],
  [
    /^account: (.*) and an earlier report hold different costs of (".*") on (\S+) and name no account; .*$/,
    '$1 et un rapport précédent portent des coûts différents pour $2 le $3 et ne nomment aucun compte ; nommez le compte de ce fichier, ou cochez que ses chiffres remplacent les autres.',
  ],
  [
    /^account: (.*) and (.*) hold different costs of (".*") on (\S+) and name no account; .*$/,
    '$1 et $2 portent des coûts différents pour $3 le $4 et ne nomment aucun compte ; nommez le compte de ce fichier, ou cochez que ses chiffres remplacent les autres.',
  ],
  [
    /^The hits of this import are not marked as its own, since it was made by an earlier version; they end by retention or by erasing a visitor\.$/,
    'Les hits de cet import ne portent pas sa marque, car une version antérieure l’a fait ; ils partent avec la durée de conservation ou quand on efface un visiteur.',
  ],
  [/^The import is still running\.$/, 'L’import est encore en cours.'],
  [
    /^The import broke off; nothing of it counts\. Try again\.$/,
    'L’import s’est interrompu ; rien n’en compte. Essayez de nouveau.',
  ],
  [/^file: there is nothing to import\.$/, 'Il n’y a rien à importer.'],
  [/^(.*): the export has more than (\d+) rows\.$/, '$1 : l’export a plus de $2 lignes.'],
  [/^(.*): cannot be read\.$/, '$1 : ne peut pas être lu.'],
  [/^(.*): cannot be read to its end \((.*)\)\.$/, '$1 : ne peut pas être lu jusqu’au bout ($2).'],
  [/^(.*): the zip is damaged or not an ordinary zip\.$/, '$1 : le zip est abîmé ou n’est pas un zip ordinaire.'],
  [/^(.*): the zip has more than (\d+) files\.$/, '$1 : le zip a plus de $2 fichiers.'],
  [/^(.*): the zip is encrypted\.$/, '$1 : le zip est chiffré.'],
  [/^(.*): holds more than ([\d.]+) GB\.$/, '$1 : contient plus de $2 Go.'],
];

const place = /^(.*), line (\d+)(?:, column "(.*?)")?: (.*)\.$/s;

/** The sentence in French; undefined when it is none of those that are known. */
export function importProblemInFrench(sentence: string): string | undefined {
  const placed = place.exec(sentence);
  if (!placed) return told(whole, sentence) ?? leftOutInFrench(sentence);
  const [, file, line, column, why = ''] = placed;
  const fault = told(faults, why);
  return fault === undefined
    ? undefined
    : `${file}, ligne ${line}${column === undefined ? '' : `, colonne « ${column} »`} : ${fault}.`;
}

/** What an import did not take. */
const leftOut: readonly Told[] = [
  [
    /^hits of (\S+) to (\S+) \((\d+) days\), which the site had already$/,
    'hits du $1 au $2 ($3 jours), que le site avait déjà',
  ],
  [/^hits of (\S+), which the site had already$/, 'hits du $1, que le site avait déjà'],
  [/^(.*): is empty$/, '$1 : est vide'],
  [/^(.*): line (\d+): by (.*)$/, '$1 : ligne $2 : par $3'],
];

function leftOutInFrench(sentence: string): string | undefined {
  const [, nothing, some] =
    /^(?:file: nothing in these files can be kept \((.*)\)|Left out – (.*))\.$/s.exec(sentence) ?? [];
  const list = nothing ?? some;
  if (list === undefined) return undefined;
  const parts = list
    .split('; ')
    .map((part) => told(leftOut, part) ?? part)
    .join(' ; ');
  return nothing === undefined ? `Laissé de côté – ${parts}.` : `Rien dans ces fichiers ne peut être gardé (${parts}).`;
}

function told(known: readonly Told[], sentence: string): string | undefined {
  const found = known.find(([pattern]) => pattern.test(sentence));
  return found && sentence.replace(found[0], found[1]);
}
