/**
 * Plain JavaScript of the browser: it stands in the page as it is, after `data`, `words`, `token` and `lang`. Everything from outside
 * is put in as text, never as markup. Files go by the tus protocol in pieces, so that a lost connection costs one piece.
 */
export const exchangeScript = `
const api = '/api/p/' + encodeURIComponent(token) + '/';
const root = document.getElementById('exchange');
let state = data, replaces = null, busy = false;
const queue = [];
const make = (tag, props, ...inside) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== 'list') element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...inside.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return element;
};
const day = (time) => new Intl.DateTimeFormat(lang, { dateStyle: 'long' }).format(new Date(time));
const states = { uploaded: words.uploaded, checking: words.checkingState, waiting: words.waitingState, approved: words.approved, rejected: words.rejected, retired: words.retired };
async function ask(step, body) {
  const answer = await fetch(api + step, body ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {});
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail || answer.status);
  return answer.json();
}
const piece = 4 * 1024 * 1024;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
async function upload(file, told) {
  const head = { 'Tus-Resumable': '1.0.0', 'X-Vigie-Link': token };
  const key = 'vigie-upload ' + token.slice(0, 8) + ' ' + file.name + ' ' + file.size + ' ' + file.lastModified;
  let url = sessionStorage.getItem(key), offset = 0;
  const where = async () => {
    const answer = await fetch(url, { method: 'HEAD', headers: head });
    return answer.ok ? Number(answer.headers.get('upload-offset')) : null;
  };
  if (url) { offset = await where(); if (offset === null) { url = null; offset = 0; } }
  if (!url) {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
    const answer = await fetch('/api/uploads', { method: 'POST', headers: { ...head, 'Upload-Length': String(file.size), 'Upload-Metadata': 'filename ' + name } });
    if (answer.status !== 201) throw new Error((await answer.text()).trim() || answer.status);
    url = answer.headers.get('location');
    sessionStorage.setItem(key, url);
  }
  for (let tries = 0; offset < file.size;) {
    told(offset / file.size);
    try {
      const answer = await fetch(url, { method: 'PATCH', headers: { ...head, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }, body: file.slice(offset, offset + piece) });
      if (answer.status !== 204) throw new Error(answer.status);
      offset = Number(answer.headers.get('upload-offset'));
      tries = 0;
    } catch (error) {
      if (++tries > 6) throw error;
      await pause(250 * 2 ** tries);
      const there = await where().catch(() => offset);
      if (there === null) { sessionStorage.removeItem(key); throw error; }
      offset = there;
    }
  }
  told(1);
  sessionStorage.removeItem(key);
  return url.split('/').pop();
}
const value = (id) => { const field = document.getElementById(id); return field ? field.value.trim() : ''; };
const shared = () => ({
  landing_url: value('landing'),
  ...(value('payer') ? { payer: value('payer') } : {}),
  ...(value('legal') ? { legal_text: value('legal') } : {}),
  ...(replaces ? { replaces: replaces.id } : {}),
});
function needsLanding() {
  if (/^https?:\\/\\/./.test(value('landing'))) return false;
  say(words.landingFirst);
  document.getElementById('landing').focus();
  return true;
}
const say = (text) => { document.getElementById('problem').textContent = text; };
async function sendAll() {
  if (busy || needsLanding()) return;
  busy = true; say('');
  for (const one of queue.filter(({ status }) => status !== 'received')) {
    one.problem = ''; one.status = 'sending'; drawQueue();
    try {
      const upload_id = await upload(one.file, (share) => { one.share = share; drawQueue(); });
      await ask('creative', { upload_id, ...shared() });
      one.status = 'received';
      replaces = null;
    } catch (error) { one.status = 'failed'; one.problem = words.failed + ' ' + error.message; }
    drawQueue();
  }
  busy = false;
  await refresh(true);
}
async function sendContent() {
  if (needsLanding()) return;
  const kind = value('kind'), width = Number(value('width')) || undefined, height = Number(value('height')) || undefined;
  const text = value('content'), title = value('ad-title');
  const content = kind === 'tag' ? { html: text } : kind === 'video' ? { vast_url: text } : { title, ...(text ? { body: text } : {}) };
  try { say(''); await ask('creative', { kind, content, ...(kind === 'tag' || kind === 'video' ? { width, height } : {}), ...shared() }); replaces = null; await refresh(true); }
  catch (error) { say(words.failed + ' ' + error.message); }
}
const add = (files) => { for (const file of files) queue.push({ file, status: 'waiting', share: 0, problem: '' }); drawQueue(); };
function drawQueue() {
  const list = document.getElementById('queue');
  if (!list) return;
  list.replaceChildren(...queue.map((one) => make('li', {}, one.file.name + ' · ', one.status === 'failed' ? make('span', { className: 'bad' }, one.problem) : make('span', { className: one.status === 'received' ? 'good' : 'soft' }, words[one.status] || ''),
    one.status === 'sending' ? make('progress', { value: one.share, max: 1, 'aria-label': one.file.name }) : null)));
  const send = document.getElementById('send');
  send.disabled = busy || queue.every(({ status }) => status === 'received');
}
const field = (id, label, props) => make('label', { className: (props && props.wide) ? 'wide' : '' }, label, make(props && props.rows ? 'textarea' : 'input', { id, ...props }));
function needed() {
  const head = ['format', 'where', 'kinds', 'limits', 'due', 'state'].map((name) => make('th', { scope: 'col' }, words[name]));
  const rows = state.requests.map((one) => make('tr', {},
    make('th', { scope: 'row' }, one.format, make('br'), make('small', {}, one.line_item_name)),
    make('td', {}, one.placements.join(', ')), make('td', {}, (requests.get(one.id) || {}).kinds_text || one.kinds.join(', ')),
    make('td', {}, (requests.get(one.id) || {}).limits_text || ''),
    make('td', {}, day(one.due), one.note ? make('div', {}, one.note) : null), make('td', { className: one.is_late ? 'bad' : one.state === 'done' ? 'good' : '' }, words[one.state] + (one.is_late ? ' · ' + words.late : ''))));
  return make('section', {}, make('h2', {}, words.needed),
    rows.length ? make('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': words.needed }, make('table', {}, make('thead', {}, make('tr', {}, head)), make('tbody', {}, rows))) : make('p', {}, words.nothing),
    make('p', {}, make('a', { href: 'sheet?lang=' + lang, target: '_blank', rel: 'noopener' }, words.sheet), ' · ', make('small', {}, words.until + ' ' + day(state.expires_at))));
}
const requests = new Map(data.requests.map((one) => [one.id, one]));
function handIn() {
  const input = make('input', { type: 'file', multiple: true, id: 'files', accept: 'image/png,image/jpeg,image/gif,image/webp,image/avif,image/svg+xml,.zip,video/mp4,video/webm', style: 'max-width:100%', onchange: () => { add(input.files); input.value = ''; } });
  const drop = make('div', { className: 'drop', id: 'drop', ondragover: (event) => { event.preventDefault(); drop.classList.add('over-it'); }, ondragleave: () => drop.classList.remove('over-it'),
    ondrop: (event) => { event.preventDefault(); drop.classList.remove('over-it'); add(event.dataTransfer.files); } }, make('p', {}, words.drop), make('label', {}, words.choose, input));
  const kind = make('select', { id: 'kind' }, ...[['tag', words.tag], ['video', words.vast], ['text', words.text], ['native', words.native]].map(([value, label]) => make('option', { value }, label)));
  return make('section', { id: 'hand-in' }, make('h2', {}, words.hand), make('p', { id: 'replacing', hidden: true }), make('div', { className: 'grid' }, field('landing', words.landing, { type: 'url', value: 'https://', wide: true }), field('payer', words.payer, { maxLength: 200 }), field('legal', words.legal, { maxLength: 1000 })),
    drop, make('ul', { id: 'queue', className: 'files' }), make('div', { className: 'acts' }, make('button', { id: 'send', className: 'main', disabled: true, onclick: sendAll }, words.send)),
    make('details', {}, make('summary', {}, words.other), make('div', { className: 'grid' }, make('label', {}, words.kind, kind), field('ad-title', words.adTitle, { maxLength: 140 }), field('width', words.width, { type: 'number', min: 1 }), field('height', words.height, { type: 'number', min: 1 }), field('content', words.tag + ' / ' + words.vast + ' / ' + words.adBody, { rows: 4, wide: true })), make('button', { onclick: sendContent }, words.send)),
    make('p', { id: 'problem', className: 'bad', role: 'alert' }));
}
function stageOf(one, pick) {
  const size = one.width && one.height ? { width: one.width, height: one.height } : {};
  const box = make('div', { className: 'stage' });
  if (one.preview_path) {
    const frame = make('iframe', { title: one.name, sandbox: 'allow-scripts', ...size });
    const look = async () => { const there = await fetch(state.edge + one.preview_path, { method: 'HEAD' }).then((a) => a.ok, () => false); if (there) frame.src = state.edge + one.preview_path; else setTimeout(look, 1500); };
    look();
    box.append(frame);
  } else if (one.has_file && /^video/.test(one.media_type || '')) box.append(make('video', { src: 'file?creative_id=' + one.id, controls: true, muted: true, ...size, 'aria-label': one.name }));
  else if (one.has_file) box.append(make('img', { src: 'file?creative_id=' + one.id, alt: one.name, ...size }));
  else return make('p', {}, one.title || one.name);
  if (pick && !/^video/.test(one.media_type || '')) box.append(make('button', { className: 'catch', type: 'button', 'aria-label': words.commentHint, onclick: (event) => { const at = box.getBoundingClientRect(); pick((event.clientX - at.left) / at.width, (event.clientY - at.top) / at.height); } }));
  one.comments.forEach((comment, n) => { if (comment.x !== null) box.append(make('span', { className: 'pin', style: 'left:' + 100 * comment.x + '%;top:' + 100 * comment.y + '%' }, String(n + 1))); });
  return box;
}
const drafts = new Map();
let me = '';
function card(one) {
  const draft = drafts.get(one.id) || {};
  drafts.set(one.id, draft);
  const before = state.creatives.filter((other) => other.family_id === one.family_id && other.version < one.version).sort((a, b) => b.version - a.version)[0];
  const told = make('p', { className: 'bad', role: 'alert' });
  const act = async (step, body) => { try { told.textContent = ''; if (!me) { told.textContent = words.nameFirst; who.focus(); return; } await ask(step, { creative_id: one.id, name: me, ...body }); drafts.delete(one.id); await refresh(true); } catch (error) { told.textContent = words.failed + ' ' + error.message; } };
  const who = make('input', { value: me, maxLength: 200, autocomplete: 'name', oninput: () => { me = who.value.trim(); } });
  const text = make('textarea', { rows: 2, maxLength: 2000, value: draft.text || '', oninput: () => { draft.text = text.value; } });
  const second = make('input', { type: 'number', min: 0, max: 3600, step: 0.1, value: draft.second || '', oninput: () => { draft.second = second.value; } });
  const pointed = make('span', { className: 'soft' }, draft.x === undefined ? words.commentHint : words.point);
  const stage = stageOf(one, (x, y) => { draft.x = Math.min(1, Math.max(0, x)); draft.y = Math.min(1, Math.max(0, y)); pointed.textContent = words.point + ' (' + Math.round(100 * draft.x) + ' %, ' + Math.round(100 * draft.y) + ' %)'; text.focus(); });
  const faults = one.faults.length ? make('div', {}, make('strong', {}, words.faults), make('ul', { className: 'faults' }, one.faults.map((fault) => [fault, lang === 'fr' ? fault.fr : fault]).map(([fault, said]) => make('li', { 'data-code': fault.code }, make('span', { className: fault.level === 'failed' ? 'bad' : '' }, said.sentence), said.advice ? make('small', {}, ' ' + said.advice) : null)))) : one.checked ? make('p', { className: 'good' }, words.good) : null;
  const open = one.state !== 'retired';
  const judge = open && state.may_approve && one.state !== 'checking' && one.state !== 'uploaded';
  return make('article', { className: 'card', 'data-creative': one.id, 'data-state': one.state },
    make('h3', {}, one.name), make('p', { className: 'soft' }, words.version + ' ' + one.version + ' · ' + (one.width ? one.width + ' × ' + one.height + ' · ' : '') + (one.weight_bytes ? Math.ceil(one.weight_bytes / 1024) + (lang === 'fr' ? ' ko · ' : ' kB · ') : ''), make('strong', {}, states[one.state]), one.state_reason ? ' · ' + one.state_reason : ''),
    one.checked ? null : make('p', {}, words.checking), make('div', { className: 'shown' }, make('div', { className: 'pair' }, stage)), faults,
    before ? make('details', {}, make('summary', {}, words.side), make('div', { className: 'pair' }, make('figure', {}, make('figcaption', {}, words.version + ' ' + before.version), stageOf(before)), make('figure', {}, make('figcaption', {}, words.version + ' ' + one.version), stageOf(one)))) : null,
    one.comments.length ? make('div', {}, make('strong', {}, words.comments), make('ol', {}, one.comments.map((comment) => make('li', {}, make('strong', {}, comment.author), comment.at_s === null ? '' : ' (' + comment.at_s + ' s)', ': ', comment.body)))) : null,
    open ? make('details', { open: judge || draft.x !== undefined }, make('summary', {}, judge ? words.approve + ' / ' + words.comment : words.comment), make('div', { className: 'grid' }, make('label', {}, words.you, who), make('label', {}, words.second, second), make('label', { className: 'wide' }, words.comment + ' / ' + words.reason, text)), pointed,
      make('div', { className: 'acts' }, judge && one.state !== 'approved' ? make('button', { className: 'main', onclick: () => act('verdict', { verdict: 'approve' }) }, words.approve) : null,
        judge && one.state !== 'rejected' ? make('button', { onclick: () => act('verdict', { verdict: 'reject', reason: text.value.trim() }) }, words.reject) : null,
        make('button', { onclick: () => text.value.trim() ? act('remark', { body: text.value.trim(), ...(draft.x === undefined ? {} : { x: draft.x, y: draft.y }), ...(second.value === '' ? {} : { at_s: Number(second.value) }) }) : text.focus() }, words.comment)), told) : null,
    open && state.may_upload ? make('div', { className: 'acts' }, make('button', { 'data-again': one.id, onclick: () => { replaces = one; const note = document.getElementById('replacing'); note.hidden = false; note.textContent = words.newVersion + ': ' + one.name; document.getElementById('landing').value = one.landing_url; document.getElementById('hand-in').scrollIntoView(); document.getElementById('files').focus(); } }, words.newVersion)) : null);
}
function there() {
  const newest = state.creatives.filter((one) => !state.creatives.some((other) => other.family_id === one.family_id && other.version > one.version));
  return make('section', { id: 'there' }, make('h2', {}, words.there), newest.length ? newest.map(card) : make('p', {}, words.none));
}
let listed = null;
function draw() {
  const parts = [needed(), listed ? null : (state.may_upload ? handIn() : null), there()];
  if (listed) { listed.needed.replaceWith(parts[0]); listed.there.replaceWith(parts[2]); listed = { needed: parts[0], there: parts[2] }; return; }
  root.replaceChildren(...parts.filter(Boolean));
  listed = { needed: parts[0], there: parts[2] };
}
async function refresh(always) {
  const fresh = await ask('creatives').catch(() => state);
  if (always || JSON.stringify(fresh.creatives.map((one) => [one.id, one.state, one.checked])) !== JSON.stringify(state.creatives.map((one) => [one.id, one.state, one.checked]))) { state = fresh; draw(); }
}
draw();
setInterval(() => { if (state.creatives.some((one) => !one.checked || one.state === 'checking')) refresh(false); }, 3000);
`;
