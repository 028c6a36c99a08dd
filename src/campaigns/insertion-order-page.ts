/** The page behind the private link of an insertion order: read it, accept it. One small script of its own, nothing loaded. */
import { randomBytes } from 'node:crypto';
import { Refusal, type Database, type FileReply } from '#platform';
import { type Paper, words } from './insertion-order-paper.ts';
import { type InsertionRow, rowOfToken } from './insertion-order.ts';
import { pageStyle } from './proposal-page-script.ts';

const esc = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);

export async function insertionPage(db: Database, token: string): Promise<FileReply> {
  const nonce = randomBytes(16).toString('base64');
  try {
    const row = await rowOfToken(db, token);
    const paper = JSON.parse(row.document) as Paper;
    return reply(pageOf(paper, row, token, nonce), nonce);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'not-found')) throw error;
    const { gone, goneNote } = words.en;
    return reply(shell('en', gone, `<main><h1>${esc(gone)}</h1><p>${esc(goneNote)}</p></main>`, nonce), nonce);
  }
}

const reply = (html: string, nonce: string): FileReply => ({
  bytes: html,
  media_type: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
  },
});

// The address is the key: the referrer rule keeps it from travelling on.
const shell = (language: string, title: string, body: string, nonce: string): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${esc(title)}</title><style nonce="${nonce}">${pageStyle}.pre{white-space:pre-wrap}code{overflow-wrap:anywhere}</style></head><body>${body}</body></html>`;

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
