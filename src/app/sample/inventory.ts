/** The paper's own site and those it buys on: sections, ad spaces, prices, and the people who work there. */
import type { Role } from '#people/contract';
import type { RateModel } from '#inventory/contract';
import { outdoorSite, sampleSite } from '../sample-site.ts';
import { outdoorSections } from './outdoor-site.ts';

export const publishers = ['Radio Valserine', 'Éditions des Alpages'];

type Site = { domain: string; name: string; mode?: 'consented'; publisher?: string };

export const sites: [Site, ...Site[]] = [
  { domain: sampleSite, name: 'Le Courrier des Lacs' },
  { domain: outdoorSite, name: 'Plein Air des Lacs', mode: 'consented' },
  { domain: 'radio-valserine.example', name: 'Radio Valserine', publisher: 'Radio Valserine' },
  { domain: 'alpes-magazine.example', name: 'Alpes Magazine', publisher: 'Éditions des Alpages' },
];

/** Without `site`: the paper's own. A section of the paper holds `/sport` and what lies below, and the same below `/demo`. */
export const sections: readonly { site?: string; slug: string; name: string; path: string }[] = [
  { slug: 'politique', name: 'Politique', path: '/*politique*' },
  { slug: 'economie', name: 'Économie', path: '/*economie*' },
  { slug: 'sport', name: 'Sport', path: '/*sport*' },
  { slug: 'culture', name: 'Culture', path: '/*culture*' },
  { slug: 'montagne', name: 'Montagne', path: '/*montagne*' },
  ...outdoorSections.map(({ slug, name }) => ({ site: outdoorSite, slug, name, path: `/${slug}` })),
];

/** `floor` in euro cents a thousand. Without `site`: the paper's own. */
export const placements: {
  site?: string;
  code: string;
  name: string;
  formats: string[];
  section?: string;
  floor?: number;
}[] = [
  {
    code: 'sport-haut',
    name: 'Haut de page Sport',
    formats: ['970x250', '728x90', '320x100', '320x50'],
    section: 'sport',
    floor: 200,
  },
  { code: 'haut-de-page', name: 'Haut de page', formats: ['970x250', '728x90', '320x100', '320x50'], floor: 40 },
  { code: 'milieu-de-une', name: 'Milieu de une', formats: ['970x250', '728x90', '320x100', '320x50'], floor: 40 },
  { code: 'dans-le-texte', name: 'Pavé dans le texte', formats: ['300x250'], floor: 40 },
  { code: 'colonne', name: 'Colonne de droite', formats: ['300x600', '160x600'], floor: 40 },
  {
    site: outdoorSite,
    code: 'pa-haut',
    name: 'Haut de page Plein Air',
    formats: ['970x250', '728x90', '320x100', '320x50'],
    floor: 40,
  },
  { site: outdoorSite, code: 'pa-pave', name: 'Pavé Plein Air', formats: ['300x250'], floor: 40 },
  { site: 'radio-valserine.example', code: 'banniere', name: 'Bannière du direct', formats: ['728x90', '320x100'] },
  { site: 'alpes-magazine.example', code: 'pave', name: 'Pavé des articles', formats: ['300x250'] },
];

/** Euro cents: a thousand impressions, or a day. */
export const prices: { placement?: string; format?: string; model: RateModel; amount: number }[] = [
  { placement: 'haut-de-page', format: '970x250', model: 'cpm', amount: 1400 },
  { placement: 'haut-de-page', model: 'cpm', amount: 1000 },
  { placement: 'sport-haut', model: 'cpm', amount: 1500 },
  { placement: 'sport-haut', model: 'cpd', amount: 18_000 },
  { placement: 'dans-le-texte', model: 'cpm', amount: 1100 },
  { placement: 'dans-le-texte', model: 'vcpm', amount: 1650 },
  { placement: 'colonne', format: '300x600', model: 'cpm', amount: 1300 },
  { placement: 'colonne', model: 'cpm', amount: 900 },
  { placement: 'milieu-de-une', model: 'cpm', amount: 800 },
  { placement: `${outdoorSite}/pa-haut`, model: 'cpm', amount: 900 },
  { placement: `${outdoorSite}/pa-pave`, model: 'cpm', amount: 1000 },
  { model: 'cpm', amount: 700 },
  { model: 'cpc', amount: 45 },
];

export const password = 'vigie-demo';

/** The admin comes first. `brand`: whose figures a client sees. */
export const people: { name: string; email: string; role: Role; brand?: string }[] = [
  { name: 'Camille Berthier', email: `camille@${sampleSite}`, role: 'admin' },
  { name: 'Théo Marchetti', email: `theo@${sampleSite}`, role: 'traffic_manager' },
  { name: 'Inès Valmont', email: `ines@${sampleSite}`, role: 'sales' },
  { name: 'Jules Perrin', email: `jules@${sampleSite}`, role: 'studio' },
  { name: 'Sarah Benali', email: `sarah@${sampleSite}`, role: 'analyst' },
  { name: 'Marc Lorrain', email: 'marc@cimes-et-cie.example', role: 'client', brand: 'cimes' },
];

export const contacts: { brand: string; name: string; email: string; role: string }[] = [
  { brand: 'cimes', name: 'Marc Lorrain', email: 'marc@cimes-et-cie.example', role: 'Responsable marketing' },
  {
    brand: 'rives',
    name: 'Hélène Descombes',
    email: 'h.descombes@banque-des-rives.example',
    role: 'Directrice de la communication',
  },
  { brand: 'tavel', name: 'Lucie Tavel', email: 'lucie@maison-tavel.example', role: 'Gérante' },
  { brand: 'auralpe', name: 'Yann Kervella', email: 'ykervella@auralpe.example', role: 'Chef de publicité, agence' },
  {
    brand: 'belrive',
    name: 'Nadège Roux',
    email: 'nadege.roux@hotels-belrive.example',
    role: 'Responsable des ventes',
  },
  { brand: 'filanord', name: 'Karim Haddad', email: 'k.haddad@filanord.example', role: 'Acheteur média' },
];
