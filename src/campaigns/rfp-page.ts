/** The page behind a private link of a request for proposals: what is asked, the offer, the counter-offer, the thread; no account. */
import type { Clock, Database, FileReply } from '#platform';
import { goalsOfRate } from './line-item-types.ts';
import type { AskedLine, KeptAnswer, SharedRequest } from './contract.ts';
import { digitsOf, esc, type Language, moneyOf, otherLanguage, privatePage, shell } from './private-page.ts';
import { entryHtml } from './proposal-page.ts';
import { unitWords } from './proposal-page-words.ts';
import { readRequest } from './rfp-answers.ts';
import { requestScript } from './rfp-page-script.ts';
import { requestStates, requestWords } from './rfp-page-words.ts';

const units = ['impressions', 'viewable_impressions', 'clicks', 'share'] as const;
const models = Object.keys(goalsOfRate) as (keyof typeof goalsOfRate)[];

type Shown = { lang: Language; currency: string };

export const requestPage = (
  desk: { db: Database; clock: Clock },
  { token, lang }: { token: string; lang?: Language | undefined },
): Promise<FileReply> =>
  privatePage(lang, async (nonce) => {
    const shared = await readRequest(desk, token);
    return pageOf(shared, { lang: lang ?? shared.language, token, nonce });
  });

function pageOf(
  shared: SharedRequest,
  { lang, token, nonce }: { lang: Language; token: string; nonce: string },
): string {
  const words = requestWords[lang];
  const shown = { lang, currency: shared.currency };
  const at = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  const may = (move: string) => shared.moves.some((one) => one === move);
  const base = shared.offer.length > 0 ? shared.offer : shared.asked;
  const names = { us: shared.buyer, them: shared.publisher_name };
  const chosen =
    shared.state === 'chosen'
      ? `<p class="acts"><a href="/p/${esc(token)}/insertion">${esc(words.order)}</a><a href="/p/${esc(token)}/tags?lang=${lang}">${esc(words.tags)}</a></p>`
      : '';
  const body = `<main id="request" data-token="${esc(token)}" data-version="${shared.version}" data-digits="${digitsOf(shared.currency)}" data-failed="${esc(words.failed)}" data-name-first="${esc(words.nameFirst)}" data-nothing="${esc(words.nothing)}">
${otherLanguage(lang)}
<p class="over">${esc(words.from)} ${esc(shared.buyer)} ${esc(words.to)} ${esc(shared.publisher_name)}</p>
<h1>${esc(shared.name)}</h1>
<p><span class="state" data-state="${esc(shared.state)}">${esc(requestStates[lang][shared.state])}</span> · ${esc(words.client)} ${esc(shared.advertiser_name)}</p>
<p>${esc(words.until)} <time datetime="${esc(shared.due_at)}">${esc(at.format(Date.parse(shared.due_at)))}</time> (UTC).</p>${chosen}
${shared.brief ? `<section><h2>${esc(words.brief)}</h2><p class="pre">${esc(shared.brief)}</p></section>` : ''}
<section><h2>${esc(words.asked)}</h2>${askedTable(shared.asked, shown)}</section>
${shared.offer.length > 0 ? `<section><h2>${esc(shared.side === 'us' ? words.theirCounter : words.offer)}</h2>${offerTable(shared, shown)}</section>` : ''}
${shared.terms ? `<section><h2>${esc(words.terms)}</h2><p class="pre">${esc(shared.terms)}</p></section>` : ''}
<div role="alert" id="problem"></div>
<div class="form"><label>${esc(words.name)}<input id="who" autocomplete="name" maxlength="200" required></label><label class="wide">${esc(words.note)}<textarea id="note" rows="3" maxlength="5000"></textarea></label></div>
<p class="acts">${may('agree') ? `<button id="agree" class="main" data-sure="${esc(words.sureAgree)}">${esc(words.agree)}</button>` : ''}<button id="say">${esc(words.send)}</button>${may('decline') ? `<button id="decline" data-sure="${esc(words.sureDecline)}">${esc(words.decline)}</button>` : ''}</p>
${may('answer') ? offerForm(base, shared, shown) : ''}
<section><h2>${esc(words.history)}</h2><ol class="thread">${shared.thread.map((entry) => entryHtml(entry, lang, at, names)).join('')}</ol></section>
</main><script nonce="${nonce}">${requestScript}</script>`;
  return shell(lang, shared.name, body, nonce, style);
}

const style =
  'legend label{flex-direction:row;align-items:center;gap:.5rem;font-weight:600}fieldset:has(.take:not(:checked)){border-style:dashed}fieldset:has(.take:not(:checked))>:not(legend){display:none}select{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:6px;padding:.45rem .6rem}.acts a{align-self:center}';

const head = (names: readonly string[], from = 3): string =>
  `<thead><tr>${names.map((name, i) => `<th scope="col"${i >= from ? ' class="n"' : ''}>${esc(name)}</th>`).join('')}</tr></thead>`;
const scroll = (label: string, table: string): string =>
  `<div class="scroll" tabindex="0" role="region" aria-label="${esc(label)}"><table>${table}</table></div>`;

function days({ first_day, last_day }: { first_day: string; last_day: string }, lang: Language): string {
  const day = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: 'UTC' });
  return `${day.format(Date.parse(first_day))} – ${day.format(Date.parse(last_day))}`;
}

const counted = (quantity: number, unit: string, lang: Language): string =>
  `${new Intl.NumberFormat(lang).format(quantity)} ${unitWords[lang][unit] ?? unit}`;
const priced = (amount: number, model: string, { lang, currency }: Shown): string =>
  `${moneyOf({ amount, currency }, lang)} ${unitWords[lang][model] ?? model}`;

function askedTable(lines: readonly AskedLine[], shown: Shown): string {
  const { lang } = shown;
  const words = requestWords[lang];
  const rows = lines.map((line) => {
    const quantity = line.quantity === null ? words.open : counted(line.quantity, line.unit, lang);
    const price =
      line.amount === null
        ? `${words.open} (${unitWords[lang][line.model] ?? ''})`
        : `${priced(line.amount, line.model, shown)} (${words.target})`;
    return `<tr><th scope="row">${esc(line.name)}${line.note ? `<br><small>${esc(line.note)}</small>` : ''}</th><td>${esc(line.where)}${line.sizes.length > 0 ? `<br><small>${esc(line.sizes.join(', '))}</small>` : ''}</td><td>${esc(days(line, lang))}</td><td class="n">${esc(quantity)}</td><td class="n">${esc(price)}</td></tr>`;
  });
  const table = `${head([words.line, words.where, words.dates, words.quantity, words.price])}<tbody>${rows.join('')}</tbody>`;
  return scroll(words.asked, table);
}

function offerTable({ offer, total }: SharedRequest, shown: Shown): string {
  const { lang, currency } = shown;
  const words = requestWords[lang];
  const rows = offer.map(
    (line) =>
      `<tr><th scope="row">${esc(line.name)}${line.note ? `<br><small>${esc(line.note)}</small>` : ''}</th><td>${esc([line.site, line.where].filter(Boolean).join(' · '))}${line.sizes.length > 0 ? `<br><small>${esc(line.sizes.join(', '))}</small>` : ''}</td><td>${esc(days(line, lang))}</td><td class="n">${esc(counted(line.quantity, line.unit, lang))}</td><td class="n">${esc(priced(line.amount, line.model, shown))}</td><td class="n">${line.total ? esc(moneyOf(line.total, lang)) : esc(words.afterDelivery)}</td></tr>`,
  );
  const names = [words.line, words.where, words.dates, words.quantity, words.price, words.amount];
  const foot = `<tfoot><tr><th scope="row" colspan="5">${esc(words.total)}</th><td class="n"><strong>${esc(moneyOf({ amount: total, currency }, lang))}</strong></td></tr></tfoot>`;
  return scroll(words.offer, `${head(names)}<tbody>${rows.join('')}</tbody>${foot}`);
}

type FormLine = Pick<
  AskedLine | KeptAnswer,
  'id' | 'name' | 'where' | 'sizes' | 'unit' | 'model' | 'first_day' | 'last_day'
> & {
  quantity: number | null;
  amount: number | null;
  placement_id: string | null;
  site?: string;
  note?: string;
};

function offerForm(base: readonly FormLine[], { asked, offer }: SharedRequest, shown: Shown): string {
  const words = requestWords[shown.lang];
  // Lines that were asked for and are not in the offer can be taken up again.
  const left = offer.length > 0 ? asked.filter(({ id }) => !offer.some((line) => line.id === id)) : [];
  const first = base[0];
  const blank: FormLine = {
    id: '',
    name: '',
    where: '',
    sizes: [],
    unit: 'impressions',
    model: 'cpm',
    first_day: first?.first_day ?? '',
    last_day: first?.last_day ?? '',
    quantity: null,
    amount: null,
    placement_id: null,
  };
  return `<details id="offer"${offer.length === 0 ? ' open' : ''}><summary>${esc(offer.length === 0 ? words.makeOffer : words.changeOffer)}</summary><p>${esc(words.offerNote)}</p>
${base.map((line) => fields(line, shown, true)).join('')}${left.map((line) => fields(line, shown, false)).join('')}<div id="more"></div><template id="blank">${fields(blank, shown, true)}</template>
<p class="acts"><button id="another">${esc(words.another)}</button><button id="send-offer" class="main">${esc(words.sendOffer)}</button></p></details>`;
}

/** One line of the form. The publisher's own words for the place go in `where`; a line of the buyer's placements needs no site. */
function fields(line: FormLine, { lang, currency }: Shown, taken: boolean): string {
  const words = requestWords[lang];
  const digits = digitsOf(currency);
  const input = (name: string, label: string, type: string, value: string, more = '') =>
    `<label>${esc(label)}<input name="${name}" type="${type}" value="${esc(value)}"${more}></label>`;
  const select = (name: string, label: string, options: readonly string[], value: string) =>
    `<label>${esc(label)}<select name="${name}">${options.map((one) => `<option value="${one}"${one === value ? ' selected' : ''}>${esc(unitWords[lang][one] ?? one)}</option>`).join('')}</select></label>`;
  const step = digits === 0 ? '1' : `0.${'0'.repeat(digits - 1)}1`;
  const price = line.amount === null ? '' : (line.amount / 10 ** digits).toFixed(digits);
  return `<fieldset data-line="${esc(line.id ?? '')}"><legend><label><input type="checkbox" class="take"${taken ? ' checked' : ''}> ${esc(line.name || words.newLine)} · ${esc(words.included)}</label></legend>${input('name', words.line, 'text', line.name, ' maxlength="200"')}${line.placement_id === null ? input('site', words.site, 'text', line.site ?? '', ' maxlength="300" placeholder="www.example.com"') : ''}${input('where', words.where, 'text', line.where, ' maxlength="300"')}${input('sizes', words.sizes, 'text', line.sizes.join(', '), ` placeholder="${esc(words.sizesHint)}"`)}${input('quantity', words.quantity, 'number', line.quantity === null ? '' : String(line.quantity), ' min="0" step="1"')}${select('unit', words.unit, units, line.unit)}${input('amount', `${words.price} (${currency})`, 'number', price, ` min="0" step="${step}"`)}${select('model', words.model, models, line.model)}${input('first_day', words.firstDay, 'date', line.first_day)}${input('last_day', words.lastDay, 'date', line.last_day)}${input('note', words.lineNote, 'text', line.note ?? '', ' maxlength="1000"')}</fieldset>`;
}
