/** The look of the sample's banners, as HTML: flat colours and few shapes, so that a PNG of 970 × 250 stays light. */
import type { Brand, Scene } from './brands.ts';

type Copy = Brand['copies'][number];

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A page of exactly `size` that shows one banner. */
export function bannerHtml(brand: Brand, copy: Copy, size: string): string {
  const [width = 0, height = 0] = size.split('x').map(Number);
  const { colours: c } = brand;
  const isThin = height <= 100;
  const isTall = height > width;
  const layout = isTall ? 'tall' : isThin ? 'thin' : width / height > 2 ? 'wide' : 'box';
  return `<!doctype html><meta charset="utf-8"><style>
*{box-sizing:border-box;margin:0}
body{width:${width}px;height:${height}px;overflow:hidden;background:${c.back};color:${c.ink};font-family:"Open Sans","DejaVu Sans",sans-serif;position:relative}
.scene{position:absolute;${{ tall: `left:0;bottom:0;width:${width}px;height:${Math.round(height * 0.44)}px`, thin: `right:0;top:0;width:${Math.round(width * (width < 400 ? 0.3 : 0.34))}px;height:${height}px`, wide: `right:0;top:0;width:${Math.round(width * 0.46)}px;height:${height}px`, box: `left:0;bottom:0;width:${width}px;height:${Math.round(height * 0.46)}px` }[layout]}}
.scene svg{width:100%;height:100%;display:block}
.words{position:absolute;inset:0;display:flex;${{ tall: `flex-direction:column;align-items:flex-start;gap:18px;padding:26px ${width < 200 ? 11 : 18}px`, thin: `align-items:center;gap:${width < 400 ? 10 : 22}px;padding:0 ${width < 400 ? 12 : 22}px;width:${width < 400 ? 80 : 72}%`, wide: 'flex-direction:column;justify-content:center;align-items:flex-start;gap:16px;padding:0 40px;width:58%', box: 'flex-direction:column;align-items:flex-start;gap:10px;padding:18px 18px' }[layout]}}
.brand{font-weight:800;letter-spacing:.01em;font-size:${{ tall: width < 200 ? 12 : 20, thin: height <= 50 ? 11 : 15, wide: 19, box: 15 }[layout]}px;color:${c.ink};white-space:nowrap;opacity:.92}
.brand::before{content:"";display:inline-block;width:.72em;height:.72em;border-radius:50%;background:${c.accent};margin-right:.45em}
.line{${height <= 50 ? 'white-space:nowrap;' : ''}font-weight:800;line-height:1.12;letter-spacing:-.015em;text-wrap:balance;font-size:${{ tall: width < 200 ? 21 : 38, thin: height <= 50 ? 13.5 : width < 400 ? 20 : 22, wide: 39, box: copy.line.length > 36 ? 22 : 25 }[layout]}px}
.call{font-weight:700;background:${c.accent};color:${c.accentInk};border-radius:999px;white-space:${width < 200 ? 'normal' : 'nowrap'};text-align:center;font-size:${{ tall: width < 200 ? 13 : 17, thin: width < 400 ? 11 : 14, wide: 17, box: 14 }[layout]}px;padding:${isThin ? '.5em 1em' : '.62em 1.25em'}}
.stack{display:flex;flex-direction:column;gap:${height <= 50 ? 1 : 4}px}
</style><div class="scene">${scenes[brand.scene](brand)}</div>
<div class="words">${words(brand, copy, { isThin, width, height })}</div>`;
}

function words(
  brand: Brand,
  copy: Copy,
  { isThin, width, height }: { isThin: boolean; width: number; height: number },
): string {
  const name = `<div class="brand">${escape(brand.name)}</div>`;
  const line = `<div class="line">${escape(isThin && width < 400 ? copy.short : copy.line)}</div>`;
  const call = `<div class="call">${escape(copy.call)}</div>`;
  if (!isThin) return name + line + call;
  // A phone's banner has no room for a button: the whole of it is one.
  const stack = `<div class="stack">${name}${line}</div>`;
  return width < 400 || height <= 50 ? stack : stack + call;
}

const svg = (inner: string): string => `<svg viewBox="0 0 400 240" preserveAspectRatio="xMidYMax slice">${inner}</svg>`;

const scenes: Record<Scene, (brand: Brand) => string> = {
  ski: ({ colours: c }) =>
    svg(
      `<path d="M0 240 90 120 150 170 250 60 330 150 400 110V240Z" fill="${c.far}"/><path d="M250 60 214 100l18-4 14 14 16-12 20 8Z" fill="${c.light}"/><path d="M0 240 140 150 260 210 400 140V240Z" fill="${c.near}"/><path d="M0 240Q160 190 260 214T400 196V240Z" fill="${c.light}"/><path d="M286 150l26 16-30 22 34 18" fill="none" stroke="${c.accent}" stroke-width="11" stroke-linecap="round" stroke-linejoin="round"/><circle cx="290" cy="132" r="12" fill="${c.accent}"/><path d="M244 216h110" stroke="${c.ink === '#ffffff' ? '#0b1c30' : c.ink}" stroke-width="5" stroke-linecap="round"/>`,
    ),
  bank: ({ colours: c }) =>
    svg(
      `<circle cx="300" cy="96" r="58" fill="${c.far}"/><path d="M0 240V196Q120 160 210 190T400 170V240Z" fill="${c.near}"/><path d="M210 190V120M210 150Q176 148 168 118Q204 116 210 150M210 138Q244 134 252 102Q214 102 210 138" stroke="${c.accent}" stroke-width="7" fill="${c.accent}" stroke-linejoin="round"/><ellipse cx="210" cy="204" rx="62" ry="18" fill="${c.ink}"/><ellipse cx="210" cy="196" rx="62" ry="18" fill="${c.accent}"/><ellipse cx="210" cy="194" rx="44" ry="11" fill="${c.far}"/>`,
    ),
  cheese: ({ colours: c }) =>
    svg(
      `<path d="M70 214 300 110Q350 128 358 176V214Z" fill="${c.far}"/><path d="M70 214 300 110Q350 128 358 176Z" fill="${c.light}"/><path d="M70 214H358V232H70Z" fill="${c.near}"/><g fill="${c.near}"><circle cx="250" cy="186" r="15"/><circle cx="310" cy="158" r="10"/><circle cx="196" cy="198" r="8"/><circle cx="322" cy="200" r="9"/></g><path d="M120 96q-14-18 0-34t0-34M160 84q-14-18 0-34t0-34" stroke="${c.accent}" stroke-width="7" fill="none" stroke-linecap="round"/>`,
    ),
  car: ({ colours: c }) =>
    svg(
      `<path d="M0 240 120 90 200 160 300 70 400 170V240Z" fill="${c.far}"/><path d="M0 214H400V240H0Z" fill="${c.near}"/><path d="M70 196q2-34 44-38l44-34q12-8 30-8h62q22 0 40 18l22 24q38 4 42 38Z" fill="${c.light}"/><path d="M172 156l28-22q6-4 14-4h22v26ZM248 130h8q14 0 24 10l16 16h-48Z" fill="${c.back}"/><g fill="${c.back}" stroke="${c.light}" stroke-width="7"><circle cx="134" cy="200" r="23"/><circle cx="294" cy="200" r="23"/></g><path d="M70 184h22M346 182h-20" stroke="${c.accent}" stroke-width="8" stroke-linecap="round"/>`,
    ),
  hotel: ({ colours: c }) =>
    svg(
      `<circle cx="330" cy="58" r="26" fill="${c.light}"/><path d="M0 240V150L80 96 150 150 230 84 320 160 400 130V240Z" fill="${c.far}"/><path d="M110 206V112l70-34 70 34v94Z" fill="${c.near}"/><g fill="${c.accent}"><path d="M130 126h22v24h-22zM168 126h22v24h-22zM206 126h22v24h-22zM130 164h22v24h-22zM206 164h22v24h-22z"/><path d="M168 164h22v42h-22z"/></g><path d="M0 206H400V240H0Z" fill="${c.back}"/><path d="M60 220h70M170 228h90M300 218h60" stroke="${c.accent}" stroke-width="4" stroke-linecap="round"/>`,
    ),
  fibre: ({ colours: c }) =>
    svg(
      `<path d="M0 240V200L110 120 190 180 290 100 400 190V240Z" fill="${c.far}"/><path d="M236 214v-58l50-38 50 38v58Z" fill="${c.ink}"/><path d="M222 164 286 112l64 52" stroke="${c.near}" stroke-width="12" fill="none" stroke-linejoin="round" stroke-linecap="round"/><path d="M272 214v-34h28v34Z" fill="${c.light}"/><path d="M0 128Q90 128 120 176T240 196" stroke="${c.accent}" stroke-width="8" fill="none" stroke-linecap="round"/><circle cx="240" cy="196" r="11" fill="${c.accent}"/><path d="M0 214H400V240H0Z" fill="${c.near}"/>`,
    ),
  paper: ({ colours: c }) =>
    svg(
      `<path d="M0 240V190L90 130 150 170 240 100 330 176 400 146V240Z" fill="${c.far}"/><g transform="rotate(-5 260 150)"><path d="M176 70H336V236H176Z" fill="${c.light}" stroke="${c.ink}" stroke-width="3"/><path d="M190 86H322V100H190Z" fill="${c.ink}"/><path d="M190 112H252V160H190Z" fill="${c.near}"/><path d="M264 116h58M264 128h58M264 140h46M264 152h58M190 174h132M190 186h132M190 198h100" stroke="${c.ink}" stroke-width="4" opacity=".55"/></g><path d="M0 226H400V240H0Z" fill="${c.accent}"/>`,
    ),
};
