/** The advertisers of the sample, all invented, with what their banners say and how they look. */
import { outdoorSite } from '../sample-site.ts';

export type Scene = 'ski' | 'bank' | 'cheese' | 'car' | 'hotel' | 'fibre' | 'paper';

export type Brand = {
  key: string;
  name: string;
  category: string;
  /** Domain of the landing pages; `.example` leads nowhere. */
  domain: string;
  scene: Scene;
  colours: { back: string; ink: string; accent: string; accentInk: string; far: string; near: string; light: string };
  /** `short` for banners 50 or 100 pixels high. */
  copies: {
    key: string;
    line: string;
    short: string;
    call: string;
    landing: string;
    sizes: string[];
    /** How much oftener than an ordinary banner it is clicked; 1 when absent. */ appeal?: number;
  }[];
};

export const brands: Brand[] = [
  {
    key: 'cimes',
    name: 'Cimes & Cie',
    category: 'Sport et plein air',
    domain: 'cimes-et-cie.example',
    scene: 'ski',
    colours: {
      back: '#0e2a47',
      ink: '#ffffff',
      accent: '#ff6b35',
      accentInk: '#1b0b02',
      far: '#3f6a94',
      near: '#1c456e',
      light: '#eaf4fb',
    },
    copies: [
      {
        key: 'vestes',
        line: 'La veste qui ne craint pas la poudreuse',
        short: 'La veste qui aime la poudreuse',
        call: 'Voir la collection',
        landing: '/vestes',
        sizes: ['970x250', '728x90', '300x250', '320x100', '320x50', '300x600'],
      },
      {
        key: 'location',
        line: 'Louez vos skis, changez quand il neige',
        short: 'Vos skis en location',
        call: 'Réserver',
        landing: '/location',
        appeal: 1.7,
        sizes: ['300x250', '320x100'],
      },
    ],
  },
  {
    key: 'rives',
    name: 'Banque des Rives',
    category: 'Banque et assurance',
    domain: 'banque-des-rives.example',
    scene: 'bank',
    colours: {
      back: '#f3efe6',
      ink: '#153b34',
      accent: '#137a5f',
      accentInk: '#ffffff',
      far: '#c9d8c8',
      near: '#7fae98',
      light: '#ffffff',
    },
    copies: [
      {
        key: 'livret',
        line: 'Un livret qui finance les projets d’ici',
        short: 'Le livret qui finance d’ici',
        call: 'Ouvrir un livret',
        landing: '/livret',
        sizes: ['970x250', '728x90', '300x250', '320x100', '300x600'],
      },
    ],
  },
  {
    key: 'tavel',
    name: 'Maison Tavel',
    category: 'Alimentation',
    domain: 'maison-tavel.example',
    scene: 'cheese',
    colours: {
      back: '#f9e0a8',
      ink: '#4a1f0e',
      accent: '#b1361e',
      accentInk: '#ffffff',
      far: '#f2c766',
      near: '#e09f2d',
      light: '#fff6dd',
    },
    copies: [
      {
        key: 'raclette',
        line: 'Ce soir, la raclette vient de la vallée',
        short: 'La raclette de la vallée',
        call: 'Trouver une fromagerie',
        landing: '/raclette',
        appeal: 1.3,
        sizes: ['728x90', '300x250', '320x100', '160x600'],
      },
    ],
  },
  {
    key: 'auralpe',
    name: 'Auralpe',
    category: 'Automobile',
    domain: 'auralpe.example',
    scene: 'car',
    colours: {
      back: '#17171d',
      ink: '#ffffff',
      accent: '#c8f04b',
      accentInk: '#18210a',
      far: '#33333f',
      near: '#24242d',
      light: '#f2f4ea',
    },
    copies: [
      {
        key: 'essai',
        line: 'Électrique, quatre roues motrices, 610 km',
        short: 'Électrique. 610 km. 4 roues.',
        call: 'Réserver un essai',
        landing: '/essai',
        sizes: ['970x250', '728x90', '300x250', '300x600', '320x100'],
      },
      {
        key: 'hiver',
        line: 'Froid dehors, prête dedans',
        short: 'Froid dehors, prête dedans',
        call: 'Découvrir',
        landing: '/hiver',
        appeal: 0.7,
        sizes: ['300x250'],
      },
    ],
  },
  {
    key: 'belrive',
    name: 'Hôtels Belrive',
    category: 'Voyage et tourisme',
    domain: 'hotels-belrive.example',
    scene: 'hotel',
    colours: {
      back: '#2b2350',
      ink: '#fff4e6',
      accent: '#f4b860',
      accentInk: '#2b1d05',
      far: '#5a4b8a',
      near: '#3b3070',
      light: '#ffe7bd',
    },
    copies: [
      {
        key: 'nuits',
        line: 'Trois nuits au bord du lac, la quatrième offerte',
        short: 'La 4e nuit est offerte',
        call: 'Choisir mes dates',
        landing: '/hiver',
        sizes: ['970x250', '728x90', '300x250', '160x600', '320x50'],
      },
    ],
  },
  {
    key: 'filanord',
    name: 'Filanord',
    category: 'Télécommunications',
    domain: 'filanord.example',
    scene: 'fibre',
    colours: {
      back: '#e4f1ff',
      ink: '#0a2a6b',
      accent: '#e5227a',
      accentInk: '#ffffff',
      far: '#a9cdf5',
      near: '#5b93e0',
      light: '#ffffff',
    },
    copies: [
      {
        key: 'fibre',
        line: 'La fibre jusqu’au dernier chalet',
        short: 'La fibre jusqu’au chalet',
        call: 'Tester mon adresse',
        landing: '/fibre',
        sizes: ['728x90', '300x250', '320x100', '320x50'],
      },
    ],
  },
  {
    key: 'courrier',
    name: 'Le Courrier des Lacs',
    category: 'Presse',
    domain: 'courrier-des-lacs.example',
    scene: 'paper',
    colours: {
      back: '#fbf9f4',
      ink: '#1c2127',
      accent: '#0d4f63',
      accentInk: '#ffffff',
      far: '#ddd6c8',
      near: '#8fb3bd',
      light: '#ffffff',
    },
    copies: [
      {
        key: 'abonnement',
        line: 'Lire d’ici, comprendre plus loin',
        short: 'Lire d’ici, comprendre plus loin',
        call: 'S’abonner pour 1 €',
        landing: '/abonnement',
        sizes: ['970x250', '728x90', '300x250', '300x600', '160x600', '320x100', '320x50'],
      },
    ],
  },
  {
    key: 'pleinair',
    name: 'Plein Air des Lacs',
    category: 'Sport et plein air',
    domain: outdoorSite,
    scene: 'ski',
    colours: {
      back: '#123b2d',
      ink: '#ffffff',
      accent: '#ffd166',
      accentInk: '#1d1600',
      far: '#4f7f6a',
      near: '#25604a',
      light: '#f2fbf6',
    },
    copies: [
      {
        key: 'sorties',
        line: 'Samedi, on part en raquettes au clair de lune',
        short: 'Raquettes au clair de lune',
        call: 'Choisir sa sortie',
        landing: '/sorties',
        appeal: 2.2,
        sizes: ['728x90', '300x250', '320x100'],
      },
    ],
  },
];

/** Name of a banner's file in `assets/sample/banners`. */
export const bannerFile = (brand: string, copy: string, size: string): string => `${brand}-${copy}-${size}.png`;
