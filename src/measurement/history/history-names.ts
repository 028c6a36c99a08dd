/** What imports from other products are called. */

/** The tables of figures. Each answers questions by its own dimensions only: totals of two of them are never added. */
export const families = [
  'visitors',
  'sources',
  'channels',
  'search_terms',
  'pages',
  'entry_pages',
  'exit_pages',
  'events',
  'locations',
  'languages',
  'devices',
  'browsers',
  'systems',
] as const;
export type Family = (typeof families)[number];

export const products = ['plausible', 'matomo', 'ga4', 'umami'] as const;
export type Product = (typeof products)[number];
