/** The page behind the private link of an insertion order: read it, accept it. One small script of its own, nothing loaded. */
import type { Database, FileReply } from '#platform';
import type { Paper } from './insertion-order-paper.ts';
import { type InsertionRow, rowOfToken } from './insertion-order.ts';
import { esc, privatePage, shell } from './private-page.ts';

export const insertionPage = (db: Database, token: string): Promise<FileReply> =>
  privatePage(undefined, async (nonce) => {
    const row = await rowOfToken(db, token);
    return pageOf(JSON.parse(row.document) as Paper, row, token, nonce);
  });

function pageOf(paper: Paper, row: InsertionRow, token: string, nonce: string): string {
  const { labels: w } = paper;
  const lines = paper.lines
    .map(
      (line) =>
        `<tr><th scope="row">${esc(line.name)}</th><td>${esc(line.where)}</td><td>${esc(line.dates)}</td><td class="n">${esc(line.quantity)}</td><td class="n">${esc(line.price)}</td><td class="n">${esc(line.amount)}</td></tr>`,
    )
    .join('');
  const heads = [w.line, w.where, w.dates, w.quantity, w.price, w.amount]
    .map((head, i) => `<th scope="col"${i > 2 ? ' class="n"' : ''}>${esc(head)}</th>`)
    .join('');
  const facts = [
    [w.seller, paper.seller],
    [w.buyer, paper.buyer],
    [w.issued, paper.issued],
    [w.order, paper.order],
    ...(paper.po_number ? [[w.po, paper.po_number]] : []),
    ...(paper.amends ? [[w.amends, paper.amends]] : []),
  ]
    .map(([name = '', value = '']) => `<p><small>${esc(name)}</small><br><strong>${esc(value)}</strong></p>`)
    .join('');
  const title = `${w.title} ${paper.number}`;
  return shell(
    paper.language,
    title,
    `<main><h1>${esc(title)}</h1>${facts}
<div class="scroll" tabindex="0" role="region" aria-label="${esc(w.line)}"><table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody><tfoot><tr><th scope="row" colspan="5">${esc(w.total)}</th><td class="n"><strong>${esc(paper.totals.join(' + ') || '–')}</strong></td></tr></tfoot></table></div>
${paper.terms ? `<h2>${esc(w.terms)}</h2><p class="pre">${esc(paper.terms)}</p>` : ''}
<p><a href="/p/${esc(token)}/pdf">${esc(w.pdf)}</a></p>
<h2>${esc(w.acceptance)}</h2>${acceptanceOf(paper, row)}
<p><small>${esc(w.hash)} : <code>${esc(row.document_hash)}</code></small></p></main>
<script nonce="${nonce}">${script(token, row.document_hash, w.failed)}</script>`,
    nonce,
    '.pre{white-space:pre-wrap}code{overflow-wrap:anywhere}',
  );
}

function acceptanceOf({ labels: w, language }: Paper, { acceptance, state }: InsertionRow): string {
  if (acceptance) {
    const at = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' });
    const where = acceptance.address === null ? w.onPaper : `${w.acceptedFrom} ${acceptance.address}`;
    return `<p role="status">${esc(`${w.acceptedBy} ${acceptance.name}${acceptance.title ? `, ${acceptance.title}` : ''} · ${at.format(new Date(acceptance.at))} · ${where}`)}</p>`;
  }
  if (state === 'superseded') return `<p role="status">${esc(w.replaced)}</p>`;
  return `<form id="sign"><label>${esc(w.yourName)}<input name="name" required maxlength="200" autocomplete="name"></label><label>${esc(w.yourTitle)}<input name="title" maxlength="200" autocomplete="organization-title"></label><button>${esc(w.accept)}</button><p id="said" role="alert"></p></form>`;
}

/** Values go in as JSON with the sign that could end the script written out. */
const script = (token: string, hash: string, failed: string): string => {
  const data = JSON.stringify({ token, hash, failed }).replaceAll('<', '\\u003c');
  return `const d=${data},f=document.getElementById('sign');f&&f.addEventListener('submit',async e=>{e.preventDefault();const s=document.getElementById('said');s.textContent='';try{const r=await fetch('/api/p/'+encodeURIComponent(d.token)+'/sign',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({name:f.elements.namedItem('name').value,title:f.elements.namedItem('title').value,document_hash:d.hash})});if(r.ok)location.reload();else s.textContent=(await r.json()).detail}catch{s.textContent=d.failed}})`;
};
