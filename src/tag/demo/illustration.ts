/** Pictures of the demonstration site: drawn as SVG in the page, so that it asks nothing of anyone. */

export type Scene = 'lake' | 'peaks' | 'town' | 'sail' | 'stadium' | 'stage' | 'field';

const width = 800;
const height = 450;

type Colours = { sky: [string, string]; far: string; mid: string; near: string; light: string };

const palettes: [Colours, ...Colours[]] = [
  { sky: ['#f6c48f', '#f8e9d2'], far: '#a9aebf', mid: '#6f7f9c', near: '#33506b', light: '#fff3dc' },
  { sky: ['#8fbfd9', '#e3f0f2'], far: '#a7c2cc', mid: '#5f8fa0', near: '#1f5563', light: '#ffffff' },
  { sky: ['#c9a2b8', '#f3d9cf'], far: '#b39ab0', mid: '#7f6c93', near: '#3d3a63', light: '#ffe9d6' },
  { sky: ['#26385e', '#6d7ba3'], far: '#49597f', mid: '#33446b', near: '#1a2747', light: '#f5e6b8' },
];

/** A picture for an article: the same `seed` draws the same one. It says nothing the title does not, so it is hidden from screen readers. */
export function illustration(scene: Scene, seed: number): string {
  const random = generator(seed);
  const colours =
    palettes[scene === 'stadium' || scene === 'stage' ? palettes.length - 1 : seed % (palettes.length - 1)] ??
    palettes[0];
  const id = `sky-${scene}-${seed}`;
  const sky = `<defs><linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${colours.sky[0]}"/><stop offset="1" stop-color="${colours.sky[1]}"/></linearGradient></defs><rect width="${width}" height="${height}" fill="url(#${id})"/>`;
  const sun = `<circle cx="${between(random, 150, 650)}" cy="${between(random, 70, 140)}" r="${between(random, 26, 44)}" fill="${colours.light}" opacity=".85"/>`;
  return `<svg class="picture" viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">${sky}${sun}${scenes[scene](colours, random)}</svg>`;
}

type Random = () => number;

const scenes: Record<Scene, (colours: Colours, random: Random) => string> = {
  lake: (c, r) => ridges(c, r, 270) + water(c, r, 270) + village(c, r, 268, 7),
  peaks: (c, r) =>
    ridge(r, 230, 170, c.far) + ridge(r, 300, 190, c.mid, c.light) + ridge(r, 400, 150, c.near) + pines(c, r),
  town: (c, r) => ridges(c, r, 300) + village({ ...c, near: c.mid }, r, 330, 12) + village(c, r, 450, 10, 2),
  sail: (c, r) =>
    ridges(c, r, 250) + water(c, r, 250) + boat(c, 250, 330, 1.5) + boat(c, 520, 300, 0.9) + boat(c, 640, 285, 0.6),
  stadium: (c, r) =>
    ridge(r, 250, 90, c.far) +
    `<path d="M0 300Q400 230 800 300V450H0Z" fill="${c.mid}"/><path d="M60 450 170 330H630L740 450Z" fill="#3f8a57"/><path d="M400 330V450M170 330H630" stroke="#fff" stroke-width="3" opacity=".7"/><ellipse cx="400" cy="395" rx="70" ry="24" fill="none" stroke="#fff" stroke-width="3" opacity=".7"/>` +
    [110, 690]
      .map(
        (x) =>
          `<path d="M${x} 320V120" stroke="${c.near}" stroke-width="8"/><rect x="${x - 36}" y="92" width="72" height="34" rx="4" fill="${c.light}"/><path d="M${x} 126 250 420H550Z" fill="${c.light}" opacity=".1"/>`,
      )
      .join(''),
  stage: (c) =>
    `<rect width="800" height="450" fill="#2a1420"/><path d="M150 0H650L730 380H70Z" fill="#6b4a35"/><ellipse cx="400" cy="345" rx="210" ry="42" fill="${c.light}" opacity=".55"/><path d="M400 -40 190 345H610Z" fill="${c.light}" opacity=".16"/>` +
    [340, 400, 455]
      .map(
        (x, i) =>
          `<g fill="#2a1420"><circle cx="${x}" cy="${262 - i * 6}" r="15"/><path d="M${x - 20} 350Q${x} ${250 - i * 6} ${x + 20} 350Z"/></g>`,
      )
      .join('') +
    [0, 1]
      .map(
        (side) =>
          `<g transform="${side ? 'translate(800 0) scale(-1 1)' : ''}">${[0, 1, 2, 3].map((fold) => `<path d="M${fold * 52} 0H${fold * 52 + 56}Q${fold * 40 + 60} 240 ${fold * 36 + 36} 400H${fold * 36}Q${fold * 44} 220 ${fold * 52} 0Z" fill="${fold % 2 ? '#8d1f2d' : '#a92a37'}"/>`).join('')}</g>`,
      )
      .join('') +
    `<path d="M0 0H800V34Q700 74 600 34T400 34T200 34T0 34Z" fill="#8d1f2d"/><rect y="388" width="800" height="62" fill="#1b0d15"/>`,
  field: (c, r) =>
    ridges(c, r, 260) +
    `<path d="M0 270Q250 230 480 280T800 260V450H0Z" fill="#8fae6b"/><path d="M0 340Q300 290 560 350T800 330V450H0Z" fill="#6e9455"/><path d="M560 282h64v44h-64zM552 284l40-30 40 30z" fill="${c.near}"/>` +
    [120, 220, 310, 420]
      .map(
        (x) =>
          `<g transform="translate(${x} ${between(r, 352, 392)})" fill="#f6efe2"><rect width="44" height="22" rx="9"/><rect x="38" y="-6" width="17" height="15" rx="5"/><path d="M6 20v14M34 20v14" stroke="#f6efe2" stroke-width="5"/><circle cx="16" cy="9" r="7" fill="#7a5138"/></g>`,
      )
      .join(''),
};

const ridges = (c: Colours, r: Random, base: number): string =>
  ridge(r, base - 40, 130, c.far, c.light) + ridge(r, base, 90, c.mid);

/** A chain of mountains whose foot is at `base`; with `snow`, its summits are white. */
function ridge(random: Random, base: number, tall: number, fill: string, snow?: string): string {
  const points: [number, number][] = [];
  for (let x = -60; x <= width + 60; x += between(random, 60, 110)) {
    const isSummit = points.length % 2 === 1;
    points.push([x, base - (isSummit ? between(random, tall * 0.6, tall) : between(random, tall * 0.1, tall * 0.35))]);
  }
  const line = points.map(([x, y]) => `L${x} ${y}`).join('');
  const caps = points
    .flatMap(([x, y], i) =>
      i % 2 === 1 ? [`<path d="M${x} ${y}l16 30-9-5-7 10-8-8-8 4Z" fill="${snow}" opacity=".9"/>`] : [],
    )
    .join('');
  return `<path d="M-60 ${height}${line}L${width + 60} ${height}Z" fill="${fill}"/>${snow === undefined ? '' : caps}`;
}

function water(c: Colours, random: Random, top: number): string {
  const waves = Array.from({ length: 16 }, () => {
    const length = between(random, 30, 130);
    return `<path d="M${between(random, 0, 740)} ${between(random, top + 14, 440)}h${length}" stroke="${c.light}" stroke-width="2" stroke-linecap="round" opacity=".4"/>`;
  });
  return `<rect y="${top}" width="${width}" height="${height - top}" fill="${c.near}" opacity=".82"/>${waves.join('')}`;
}

function village(c: Colours, random: Random, base: number, houses: number, scale = 1): string {
  let x = between(random, 10, 60);
  let drawn = '';
  for (let i = 0; i < houses && x < width; i += 1) {
    const [w, h] = [between(random, 30, 54) * scale, between(random, 26, 60) * scale];
    drawn += `<path d="M${x} ${base}v${-h}l${w / 2} ${-w * 0.4}l${w / 2} ${w * 0.4}v${h}Z" fill="${c.near}"/><rect x="${x + w * 0.3}" y="${base - h * 0.7}" width="${w * 0.16}" height="${w * 0.2}" fill="${c.light}" opacity=".8"/><rect x="${x + w * 0.58}" y="${base - h * 0.7}" width="${w * 0.16}" height="${w * 0.2}" fill="${c.light}" opacity=".5"/>`;
    x += w + between(random, -4, 30) * scale;
  }
  return drawn;
}

const boat = (c: Colours, x: number, y: number, scale: number): string =>
  `<g transform="translate(${x} ${y}) scale(${scale})"><path d="M0 0V-120Q62 -70 66 -8Z" fill="#fff"/><path d="M-6 -4V-104Q-44 -54 -46 -8Z" fill="#d9483b"/><path d="M-56 2H74L56 24H-40Z" fill="${c.light}"/></g>`;

const pines = (c: Colours, random: Random): string =>
  Array.from({ length: 22 }, () => {
    const [x, y, s] = [between(random, 0, 800), between(random, 400, 460), between(random, 5, 11) / 10];
    return `<path transform="translate(${x} ${y}) scale(${s})" d="M0-74l20 34H10l16 28H4V2h-8v-14h-22l16-28h-10Z" fill="${c.near}" stroke="${c.mid}" stroke-width="1.5"/>`;
  }).join('');

const between = (random: Random, low: number, high: number): number => Math.round(low + random() * (high - low));

/** A linear congruential generator (Numerical Recipes' constants): pictures need variety, not chance. */
function generator(seed: number): Random {
  let state = seed * 7_919 + 17;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
