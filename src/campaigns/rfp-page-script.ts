/** Plain JavaScript of the browser, for the page of a request for proposals: it stands in the page as it is. */
export const requestScript = `
const page = document.getElementById('request');
const field = (id) => document.getElementById(id);
const problem = field('problem');
const complain = (text) => { problem.textContent = text; problem.scrollIntoView({ block: 'center' }); };
async function send(step, body) {
  const name = field('who').value.trim();
  if (!name) { complain(page.dataset.nameFirst); field('who').focus(); return; }
  for (const button of document.querySelectorAll('button')) button.disabled = true;
  try {
    const answer = await fetch('/api/p/' + page.dataset.token + '/' + step, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, ...body }),
    });
    if (answer.ok) return location.reload();
    const told = await answer.json();
    complain(page.dataset.failed + ' ' + (told.detail || answer.status));
  } catch (error) { complain(page.dataset.failed + ' ' + error.message); }
  for (const button of document.querySelectorAll('button')) button.disabled = false;
}
const on = (id, act) => field(id) && field(id).addEventListener('click', act);
const note = () => field('note').value.trim();
on('say', () => note() ? send('say', { note: note() }) : field('note').focus());
on('decline', (event) => confirm(event.target.dataset.sure) && send('refuse', { note: note() }));
on('agree', (event) => confirm(event.target.dataset.sure) && send('agree', { note: note(), version: Number(page.dataset.version) }));
on('another', () => {
  field('more').append(field('blank').content.cloneNode(true));
  field('more').lastElementChild.querySelector('input[name=name]').focus();
});
on('send-offer', () => {
  const lines = [];
  for (const box of page.querySelectorAll('fieldset[data-line]')) {
    if (!box.querySelector('.take').checked) continue;
    const value = (name) => box.querySelector('[name=' + name + ']')?.value.trim() ?? '';
    lines.push({
      ...(box.dataset.line ? { id: box.dataset.line } : {}),
      name: value('name'), where: value('where'), site: value('site'), note: value('note'),
      sizes: value('sizes').toLowerCase().split(/[\\s,;]+/).filter(Boolean),
      unit: value('unit'), model: value('model'), first_day: value('first_day'), last_day: value('last_day'),
      quantity: value('quantity') === '' ? null : Number(value('quantity')),
      amount: value('amount') === '' ? null : Math.round(Number(value('amount')) * 10 ** Number(page.dataset.digits)),
    });
  }
  if (lines.length) send('offer', { note: note(), lines }); else complain(page.dataset.nothing);
});
`;
