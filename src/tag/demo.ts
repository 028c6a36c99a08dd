/** The demonstration site: an invented paper that carries the live tag, so that a newcomer sees a campaign run. */
import { type Article, articles, type Section, sections } from './demo/articles.ts';
import { illustration } from './demo/illustration.ts';
import { style } from './demo/style.ts';
import { escapeHtml, placementSnippet, scriptSnippet } from './snippet.ts';

/** `section`: the slug of the only section that shows it; absent, every page may. */
export type DemoPlacement = { code: string; sizes: string[]; section?: string };

export type DemoOptions = {
  /** Domain of the site as Vigie knows it. */
  site: string;
  /** Origin of the edge, which serves the script and these pages. */
  edgeOrigin: string;
  placements: DemoPlacement[];
};

/**
 * The pages by path: `/demo/`, one per section (`/demo/sport`), one per article (`/demo/sport/regate-des-neiges`) and an advertiser's
 * landing page (`/demo/annonceur`). Placements go where their sizes belong: wide ones across the page, tall ones beside it, rectangles in the text.
 */
export function demoPages(options: DemoOptions): Map<string, string> {
  const pages = new Map([
    ['/demo/', home(options)],
    ['/demo/annonceur', landing(options)],
  ]);
  for (const section of sections) pages.set(`/demo/${section.slug}`, sectionPage(options, section));
  for (const article of articles) pages.set(addressOf(article), articlePage(options, article));
  return pages;
}

const addressOf = ({ section, slug }: Article): string => `/demo/${section}/${slug}`;

function home(options: DemoOptions): string {
  const ad = spaces(options, undefined);
  // Taken first: placements go in the order in which they are asked for.
  const leaderboard = ad('wide');
  const [first, ...others] = [
    'navette-lacustre',
    'regate-des-neiges',
    'theatre-du-port',
    'horlogers-recrutent',
    'retour-du-gypaete',
  ].map(bySlug);
  const rows = sections.slice(0, 4).map((section, at) => {
    const shown = articles.filter((article) => article.section === section.slug);
    return `${at === 2 ? ad('wide') : ''}<section aria-label="${section.name}"><div class="head"><h2><a href="/demo/${section.slug}">${section.name}</a></h2><p>${section.line}</p></div><div class="grid">${shown.map(card).join('')}</div></section>`;
  });
  const main = `
    ${leaderboard}
    <div class="cols"><div>
      <h1 class="skip">À la une</h1>
      ${first === undefined ? '' : hero(first)}
      <div class="grid">${others.map(card).join('')}</div>
      ${ad('inline')}
      ${rows.join('')}
    </div>${column(ad)}</div>`;
  return layout(options, { title: 'Le Courrier des Lacs : l’actualité de la vallée', main });
}

function sectionPage(options: DemoOptions, section: Section): string {
  const ad = spaces(options, section.slug);
  const own = articles.filter((article) => article.section === section.slug);
  const others = articles.filter((article) => article.section !== section.slug).slice(0, 6);
  const main = `
    ${ad('wide')}
    <div class="head"><h1>${section.name}</h1><p>${section.line}</p></div>
    <div class="cols"><div>
      <div style="margin-top:22px">${own[0] === undefined ? '' : hero(own[0])}</div>
      <div class="grid">${own.slice(1).map(card).join('')}</div>
      ${ad('inline')}
      <div class="head"><h2>Dans les autres pages</h2></div>
      <div class="grid">${others.map(card).join('')}</div>
    </div>${column(ad)}</div>`;
  return layout(options, { title: `${section.name} · Le Courrier des Lacs`, main, current: section.slug });
}

function articlePage(options: DemoOptions, article: Article): string {
  const ad = spaces(options, article.section, { topic: [article.section], scene: [article.scene] });
  const section = sections.find(({ slug }) => slug === article.section);
  const [before, after] = [article.text.slice(0, 2), article.text.slice(2)];
  const paragraphs = (texts: string[]): string => texts.map((text) => `<p class="text">${text}</p>`).join('');
  const next = articles
    .filter((other) => other !== article)
    .toSorted((a, b) => Number(b.section === article.section) - Number(a.section === article.section));
  const main = `
    ${ad('wide')}
    <div class="cols"><div>
      <article class="full">
        <p class="kicker"><a href="/demo/${article.section}">${section?.name ?? ''}</a></p>
        <h1>${article.title}</h1>
        <p class="lead">${article.lead}</p>
        <p class="by">Par ${article.author} · ${article.minutes} min de lecture</p>
        ${pictureOf(article)}
        ${paragraphs(before)}
        <blockquote>« ${article.quote} »</blockquote>
        ${ad('inline')}
        ${paragraphs(after)}
      </article>
      <div class="head"><h2>À lire ensuite</h2></div>
      <div class="grid">${next.slice(0, 4).map(card).join('')}</div>
    </div>${column(ad)}</div>`;
  return layout(options, { title: `${article.title} · Le Courrier des Lacs`, main, current: article.section });
}

function landing(options: DemoOptions): string {
  const main = `<div class="offer"><p class="kicker">Offre de démonstration</p><h1>Vous êtes chez l’annonceur</h1>
    <p class="lead">Cette page est celle où mènent les publicités du Courrier des Lacs. Votre clic vient d’être compté.</p>
    <p><a class="button" href="/demo/">Revenir au journal</a></p></div>`;
  return layout(options, { title: 'Offre de l’annonceur', main });
}

type Space = 'wide' | 'side' | 'inline';

const belongs: Record<Space, (size: string) => boolean> = {
  wide: (size) => Number.parseInt(size) > 600,
  side: (size) => /^(160|300)x600$/.test(size),
  inline: (size) => size === '300x250' || size === '336x280' || size === 'native',
};

/** Hands out the placements of one page, each once; the section's own go first. No placement left: nothing. */
function spaces(
  { placements }: DemoOptions,
  section: string | undefined,
  kv?: Record<string, string[]>,
): (space: Space) => string {
  const left = placements
    .filter((placement) => placement.section === undefined || placement.section === section)
    .toSorted((a, b) => Number(b.section !== undefined) - Number(a.section !== undefined));
  return (space) => {
    // A placement that takes both tall ads and rectangles belongs beside the page.
    const at = left.findIndex(
      ({ sizes }) =>
        sizes.some(belongs[space]) &&
        (space !== 'inline' || !sizes.some(belongs.side)) &&
        (space === 'wide' || !sizes.some(belongs.wide)),
    );
    const found = at < 0 ? undefined : left.splice(at, 1)[0];
    if (found === undefined) return '';
    return `<div class="ad ${space}">${placementSnippet({ code: found.code, sizes: found.sizes, ...(kv && { kv }) })}</div>`;
  };
}

const pictureOf = (article: Article): string => illustration(article.scene, articles.indexOf(article) + 1);

const bySlug = (slug: string): Article => {
  const found = articles.find((article) => article.slug === slug);
  if (found === undefined) throw new Error(`The demonstration has no article ${slug}.`);
  return found;
};

const kicker = (article: Article): string =>
  `<p class="kicker">${sections.find(({ slug }) => slug === article.section)?.name ?? ''}</p>`;

const hero = (article: Article): string =>
  `<article class="hero"><a href="${addressOf(article)}" tabindex="-1" aria-hidden="true">${pictureOf(article)}</a>${kicker(article)}<h2><a href="${addressOf(article)}">${article.title}</a></h2><p class="lead">${article.lead}</p><p class="by">Par ${article.author} · ${article.minutes} min de lecture</p></article>`;

const card = (article: Article): string =>
  `<article><a href="${addressOf(article)}" tabindex="-1" aria-hidden="true">${pictureOf(article)}</a>${kicker(article)}<h3><a href="${addressOf(article)}">${article.title}</a></h3><p>${article.lead}</p></article>`;

const column = (ad: (space: Space) => string): string => `
  <aside class="column" aria-label="À côté">
    <section class="most"><h2>Les plus lus</h2><ol>${articles
      .filter((_, at) => at % 2 === 0)
      .map((article) => `<li><a href="${addressOf(article)}">${article.title}</a></li>`)
      .join('')}</ol></section>
    <div class="sticky">${ad('side')}</div>
  </aside>`;

const icon = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0d4f63"/><path d="M4 21 12 9l5 7 4-5 7 10Z" fill="#fff"/><path d="M4 25h24" stroke="#fff" stroke-width="2"/></svg>')}`;

function layout(
  { site, edgeOrigin }: DemoOptions,
  { title, main, current }: { title: string; main: string; current?: string },
): string {
  const links = [{ slug: '', name: 'À la une' }, ...sections].map(
    ({ slug, name }) =>
      `<li><a href="/demo/${slug}"${slug === (current ?? '') ? ' aria-current="page"' : ''}>${name}</a></li>`,
  );
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
${scriptSnippet({ edgeOrigin, site, isLocal: true })}
</head>
<body>
<a class="skip" href="#main">Aller au contenu</a>
<header class="wide">
  <div class="bar"><span>Édition du jour</span><span>Site de démonstration : tout y est inventé</span></div>
  <div class="mast"><a class="name" href="/demo/">Le Courrier des Lacs</a><p>Le quotidien des deux rives</p></div>
</header>
<nav aria-label="Rubriques"><ul class="wide">${links.join('')}</ul></nav>
<main id="main" class="wide">${main}</main>
<footer class="wide"><div class="foot"><span>Le Courrier des Lacs, journal imaginaire servi par Vigie</span>
<button type="button" onclick="vigie('optout');this.textContent='C’est noté : plus rien n’est mesuré ici'">M’opposer à la mesure d’audience</button></div></footer>
</body>
</html>
`;
}
