/** A report as one self-contained page: no script, nothing loaded from anywhere. */
import type { ReportDocument } from './document.ts';
import { dataUri, type Thumbnail } from './thumbnail.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const style = `
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem;font:15px/1.5 Inter,system-ui,sans-serif;color:#1d2939;background:#fff}
header{background:#1f3f8f;color:#fff;border-radius:.5rem;padding:1.2rem 1.4rem}header p{margin:0;color:#d3ddf7}
h1{margin:.2rem 0 1rem;font-size:1.7rem}h2{margin:2rem 0 .6rem;font-size:1.1rem;color:#1f3f8f}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem;margin:0}dt{font-size:.8rem}dd{margin:0;font-weight:600}
header dt{color:#d3ddf7}.figures div{border:1px solid #e4e7ec;border-radius:.4rem;padding:.6rem .8rem}.figures dt{color:#5d6778}
.figures dd{font-size:1.5rem}.figures dd small{display:block;font-size:.75rem;font-weight:400;color:#5d6778}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th{font-size:.8rem;color:#5d6778;text-align:left}
th,td{padding:.45rem .5rem;border-top:1px solid #e4e7ec;vertical-align:top}thead th{border:0}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tbody th{font-size:1rem;color:inherit}small{color:#5d6778}td small,th small{display:block;font-weight:400}
.bar{position:relative;height:.4rem;border-radius:.2rem;background:#e4e7ec;margin:.45rem 0}.bar i,.bar b{position:absolute;top:0;height:100%;border-radius:.2rem}
.bar b{width:2px;top:-.15rem;height:.7rem;background:#1d2939}.good{color:#087443}.bad{color:#b42318}.warn{color:#93500b}.calm{color:#475467}
i.good{background:#12a066}i.bad{background:#e0483c}i.warn{background:#e58a12}i.calm{background:#98a2b3}
img.thumb{max-width:5rem;max-height:3rem;vertical-align:middle;margin-right:.6rem}img.chart{width:100%;height:auto}
.definitions{font-size:.85rem;color:#5d6778;padding-left:1.1rem}.text{white-space:pre-line;margin:.4rem 0}@media print{body{padding:0}}`;

const percentOf = (share: number) => `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;

const numbers = (values: readonly string[]) => values.map((value) => `<td class="n">${escape(value)}</td>`).join('');

function table(heads: readonly string[], textColumns: number, rows: readonly string[]): string {
  const head = heads
    .map((name, i) => `<th scope="col"${i >= textColumns ? ' class="n"' : ''}>${escape(name)}</th>`)
    .join('');
  return `<div class="wide" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => `<tr>${row}</tr>`).join('')}</tbody></table></div>`;
}

function lineRow(line: ReportDocument['lines'][number]): string {
  const due = line.due === null ? '' : `<b style="left:${percentOf(line.due)}"></b>`;
  const bar =
    line.share === null
      ? ''
      : `<div class="bar"><i class="${line.tone}" style="width:${percentOf(line.share)}"></i>${due}</div>`;
  return `<th scope="row">${escape(line.name)}<small>${escape(line.dates)}</small></th>
<td>${escape(line.delivered)}<small>/ ${escape(line.ordered)}</small></td>
<td>${bar}${escape(line.shareText)} · <strong class="${line.tone}">${escape(line.status)}</strong></td>${numbers([line.impressions, line.ctr, line.spend])}`;
}

/** `thumbnails` by creative id. */
export function reportHtml(d: ReportDocument, thumbnails: ReadonlyMap<string, Thumbnail> = new Map()): string {
  const w = (key: string) => d.labels[key] ?? key;
  const section = (title: string, body: string) => `<section><h2>${escape(title)}</h2>${body}</section>`;
  const picture = (id: string) => {
    const thumbnail = thumbnails.get(id);
    return thumbnail ? `<img class="thumb" alt="" src="${dataUri(thumbnail)}">` : '';
  };
  const countHeads = [w('impressions'), w('clicks'), w('ctr'), w('viewability')];
  const counts = (row: { impressions: string; clicks: string; ctr: string; viewability: string }) =>
    numbers([row.impressions, row.clicks, row.ctr, row.viewability]);
  const note = (text: string) => (text ? `<p><small>${escape(text)}</small></p>` : '');
  const chart = d.chart
    ? `<img class="chart" alt="${escape(d.chart.alt)}" src="data:image/svg+xml;base64,${Buffer.from(d.chart.svg).toString('base64')}">`
    : '';

  return `<!doctype html>
<html lang="${d.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(d.title)}</title><style>${style}</style></head><body>
<header><p>${escape(d.organisation)} · ${escape(w('report'))}</p><h1>${escape(d.title)}</h1>
<dl>${d.facts.map((fact) => `<div><dt>${escape(fact.label)}</dt><dd>${escape(fact.value)}</dd></div>`).join('')}</dl></header>
<main>${section(
    w('keyFigures'),
    `<dl class="figures">${d.figures
      .map(
        (figure) =>
          `<div><dt>${escape(figure.label)}</dt><dd>${escape(figure.value)}<small>${escape(figure.note)}</small></dd></div>`,
      )
      .join('')}</dl>`,
  )}
${d.commentary.length > 0 ? section(w('commentary'), d.commentary.map((text) => `<p class="text">${escape(text)}</p>`).join('')) : ''}
${chart ? section(w('daily'), chart) : ''}
${section(
  w('lines'),
  (d.lines.length > 0
    ? table(
        [w('line'), `${w('delivered')} / ${w('ordered')}`, w('share'), w('impressions'), w('ctr'), w('spend')],
        3,
        d.lines.map(lineRow),
      )
    : '') + note(d.notes.lines),
)}
${
  d.creatives.length > 0
    ? section(
        w('creatives'),
        table(
          [w('creative'), w('size'), ...countHeads],
          2,
          d.creatives.map(
            (c) => `<th scope="row">${picture(c.id)}${escape(c.name)}</th><td>${escape(c.size)}</td>${counts(c)}`,
          ),
        ) + note(d.notes.creatives),
      )
    : ''
}
${
  d.placements.length > 0
    ? section(
        w('placements'),
        table(
          [w('placement'), w('site'), ...countHeads],
          2,
          d.placements.map((p) => `<th scope="row">${escape(p.name)}</th><td>${escape(p.site)}</td>${counts(p)}`),
        ) + note(d.notes.placements),
      )
    : ''
}
${section(w('definitions'), `<ul class="definitions">${d.definitions.map((text) => `<li>${escape(text)}</li>`).join('')}</ul>`)}
</main></body></html>
`;
}
