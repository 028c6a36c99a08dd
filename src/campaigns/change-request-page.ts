/** The page behind the private link of a change: what changes, line by line, to be approved or refused without an account. */
import type { Database, FileReply } from '#platform';
import { changeOfToken, differencesOf } from './change-request.ts';
import { esc, type Language, otherLanguage, privatePage, shell } from './private-page.ts';
import { said } from './proposal-page.ts';
import { unitWords } from './proposal-page-words.ts';

const en = {
  title: (order: string) => `Change of the order “${order}”`,
  from: 'asked by',
  line: 'Line',
  what: 'What changes',
  before: 'So far',
  after: 'From now on',
  gone: 'The line is cancelled',
  name: 'Your name',
  function: 'Your function',
  note: 'Your message',
  approve: 'Approve the change',
  refuse: 'Refuse it',
  sure: 'Approve the change as it stands?',
  kept: 'Your name, the time and your network address are kept. The insertion order is amended when you approve.',
  pdf: 'Read the amended insertion order (PDF)',
  failed: 'That did not work:',
  nameFirst: 'Please give your name.',
  hash: 'Fingerprint of what is to change (SHA-256)',
  states: { waiting: 'Waiting for your answer', applied: 'Approved', refused: 'Refused', withdrawn: 'Withdrawn' },
};
const fr: typeof en = {
  title: (order: string) => `Modification du bon de commande « ${order} »`,
  from: 'demandée par',
  line: 'Ligne',
  what: 'Ce qui change',
  before: 'Jusqu’ici',
  after: 'Désormais',
  gone: 'La ligne est annulée',
  name: 'Votre nom',
  function: 'Votre fonction',
  note: 'Votre message',
  approve: 'Approuver la modification',
  refuse: 'La refuser',
  sure: 'Approuver la modification telle quelle ?',
  kept: 'Votre nom, l’heure et votre adresse réseau sont conservés. L’ordre d’insertion est modifié dès votre accord.',
  pdf: 'Lire l’ordre d’insertion modifié (PDF)',
  failed: 'Cela n’a pas fonctionné :',
  nameFirst: 'Indiquez votre nom.',
  hash: 'Empreinte de ce qui change (SHA-256)',
  states: { waiting: 'En attente de votre réponse', applied: 'Approuvée', refused: 'Refusée', withdrawn: 'Retirée' },
};
const words = { en, fr };

export const changePage = (
  db: Database,
  { token, lang: wanted }: { token: string; lang?: Language | undefined },
): Promise<FileReply> =>
  privatePage(wanted, async (nonce) => {
    const row = await changeOfToken(db, token);
    const about = await db.one<{ name: string; house: string; time_zone: string | null; language: Language | null }>(
      `select o.name, g.name as house, (select s.time_zone from line_items l join placements p on p.id = l.placements[1] join sites s on s.id = p.site_id
         where l.order_id = o.id order by l.id limit 1) as time_zone,
         coalesce((select i.language from insertion_orders i where i.order_id = o.id order by i.id desc limit 1), (select p.language from proposals p where p.order_id = o.id limit 1)) as language
       from orders o join organisations g on g.id = o.org_id where o.id = $1`,
      [row.order_id],
    );
    const lang = wanted ?? about?.language ?? 'en';
    const w = words[lang];
    const at = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: about?.time_zone ?? 'UTC' });
    const rows = differencesOf(row).map(({ line, field, before, after }) =>
      field === 'line'
        ? `<tr><th scope="row">${esc(line)}</th><td colspan="3"><strong>${esc(w.gone)}</strong></td></tr>`
        : `<tr><th scope="row">${esc(line)}</th><td>${esc(unitWords[lang][field] ?? field)}</td><td><del>${esc(said(field, before ?? '', lang, at))}</del></td><td><ins>${esc(said(field, after ?? '', lang, at))}</ins></td></tr>`,
    );
    const title = w.title(about?.name ?? '');
    const heads = [w.line, w.what, w.before, w.after].map((head) => `<th scope="col">${esc(head)}</th>`).join('');
    const form =
      row.state === 'waiting'
        ? `<div class="form"><label>${esc(w.name)}<input id="who" autocomplete="name" maxlength="200" required></label><label>${esc(w.function)}<input id="title" autocomplete="organization-title" maxlength="200"></label><label class="wide">${esc(w.note)}<textarea id="note" rows="3" maxlength="5000"></textarea></label></div><p>${esc(w.kept)}</p><p class="acts"><button id="approve" class="main">${esc(w.approve)}</button><button id="refuse">${esc(w.refuse)}</button></p>`
        : '';
    const answer = row.answer
      ? `<p role="status">${esc([row.answer.name, row.answer.title].filter(Boolean).join(', '))} · ${esc(at.format(Date.parse(row.answer.at)))}${row.answer.note ? ` · ${esc(row.answer.note)}` : ''}</p>`
      : '';
    const pdf = row.insertion_order_id ? `<p><a href="/p/${esc(token)}/pdf">${esc(w.pdf)}</a></p>` : '';
    const data = JSON.stringify({ token, hash: row.document_hash, failed: w.failed, first: w.nameFirst, sure: w.sure });
    return shell(
      lang,
      title,
      `<main>${otherLanguage(lang)}<p class="over">${esc(about?.house ?? '')} · ${esc(w.from)} ${esc(row.asked_by)}</p><h1>${esc(title)}</h1><p><span class="state" data-state="${row.state}">${esc(w.states[row.state])}</span></p>${answer}${pdf}${row.note ? `<p class="pre">${esc(row.note)}</p>` : ''}<div class="scroll" tabindex="0" role="region" aria-label="${esc(w.what)}"><table><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div><div role="alert" id="problem"></div>${form}<p class="hash">${esc(w.hash)}: <code>${esc(row.document_hash)}</code></p></main><script nonce="${nonce}">${script(data)}</script>`,
      nonce,
    );
  });

/** Values go in as JSON with the sign that could end the script written out. */
const script = (data: string): string => `
const d = ${data.replaceAll('<', '\\u003c')};
const field = (id) => document.getElementById(id);
async function send(move) {
  const name = field('who').value.trim();
  if (!name) { field('problem').textContent = d.first; field('who').focus(); return; }
  if (move === 'approve' && !confirm(d.sure)) return;
  try {
    const answer = await fetch('/api/p/' + d.token + '/change', {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, title: field('title').value.trim(), note: field('note').value.trim(), move, document_hash: d.hash }),
    });
    if (answer.ok) return location.reload();
    field('problem').textContent = d.failed + ' ' + ((await answer.json()).detail || answer.status);
  } catch (error) { field('problem').textContent = d.failed + ' ' + error.message; }
}
for (const move of ['approve', 'refuse']) field(move) && field(move).addEventListener('click', () => send(move));
`;
