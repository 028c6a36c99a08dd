/** What the page behind a private link carries with it: its style, and the script that sends answers. */

export const pageStyle = `
:root{color-scheme:light dark;--ink:#1c2426;--soft:#55636a;--line:#d5dcdf;--paper:#fff;--act:#0b6470;--on:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e8eef0;--soft:#a5b3b9;--line:#3a464b;--paper:#151b1d;--act:#5fc3d0;--on:#10191b}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem}
nav{text-align:right}a{color:var(--act)}
.over,.hash,small{color:var(--soft)}.hash{overflow-wrap:anywhere;font-size:.85rem}
.state{font-weight:600}.pre{white-space:pre-wrap}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.5rem;border-bottom:1px solid var(--line)}
.n{text-align:right}label{display:flex;flex-direction:column;font-size:.9rem;gap:.2rem}
input,textarea,button{font:inherit;color:inherit;background:transparent;border:1px solid var(--soft);border-radius:6px;padding:.45rem .6rem}
.form,fieldset{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:1rem 0}.wide{grid-column:1/-1}
fieldset{border:1px solid var(--line);border-radius:6px}
.acts{display:flex;flex-wrap:wrap;gap:.6rem}button{cursor:pointer}.main{background:var(--act);color:var(--on);border-color:var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
del{color:var(--soft)}ins{font-weight:600;text-decoration:none}#problem{font-weight:600}
@media print{.form,.acts,nav,details{display:none}}
`;

/** Plain JavaScript of the browser: it stands in the page as it is. */
export const pageScript = `
const page = document.getElementById('proposal');
const field = (id) => document.getElementById(id);
const problem = field('problem');
async function send(step, body) {
  const name = field('who').value.trim();
  if (!name) { problem.textContent = page.dataset.nameFirst; field('who').focus(); return; }
  for (const button of document.querySelectorAll('button')) button.disabled = true;
  try {
    const answer = await fetch('/api/p/' + page.dataset.token + '/' + step, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, ...body }),
    });
    if (answer.ok) return location.reload();
    const told = await answer.json();
    problem.textContent = page.dataset.failed + ' ' + (told.detail || answer.status);
  } catch (error) { problem.textContent = page.dataset.failed + ' ' + error.message; }
  for (const button of document.querySelectorAll('button')) button.disabled = false;
}
const on = (id, act) => field(id) && field(id).addEventListener('click', act);
const note = () => field('note').value.trim();
on('accept', (event) => confirm(event.target.dataset.sure) && send('accept', { title: field('title').value.trim(), document_hash: page.dataset.hash }));
on('decline', (event) => confirm(event.target.dataset.sure) && send('decline', { note: note() }));
on('comment', () => note() ? send('comments', { note: note() }) : field('note').focus());
on('send-counter', () => {
  const lines = [];
  for (const box of document.querySelectorAll('fieldset[data-line]')) {
    const line = { line_id: box.dataset.line };
    for (const input of box.querySelectorAll('input')) {
      if (input.value === input.dataset.was || input.value === '') continue;
      line[input.name] = input.name === 'rate' ? Math.round(Number(input.value) * 10 ** Number(page.dataset.digits))
        : input.name === 'quantity' ? Number(input.value) : input.value;
    }
    if (Object.keys(line).length > 1) lines.push(line);
  }
  if (lines.length) send('counter', { note: note(), lines });
});
`;
