/** The page behind the private link of a proposal: readable without an account, printable. */
import type { Clock, Database, Events, FileReply } from '#platform';
import type { ProposalEntry, SharedProposal } from './contract.ts';
import { digitsOf, esc, type Language, moneyOf, otherLanguage, privatePage, shell } from './private-page.ts';
import { kindWords, pageWords, stateWords, unitWords } from './proposal-page-words.ts';
import { pageScript } from './proposal-page-script.ts';
import { readShared } from './shared-proposal.ts';
import { dayOf } from './zoned-day.ts';

type Line = SharedProposal['lines'][number];

export const linkPage = (
  desk: { db: Database; clock: Clock; events?: Pick<Events, 'query'> },
  { token, lang }: { token: string; lang?: Language | undefined },
): Promise<FileReply> =>
  privatePage(lang, async (nonce) => {
    const shared = await readShared(desk, token);
    return proposalHtml(shared, lang ?? shared.language, token, nonce);
  });

function proposalHtml(shared: SharedProposal, lang: Language, token: string, nonce: string): string {
  const words = pageWords[lang];
  const number = new Intl.NumberFormat(lang);
  const zone = shared.lines[0]?.time_zone ?? 'UTC';
  const at = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short', timeZone: zone });
  const may = (move: string) => shared.moves.some((one) => one === move);

  const rows = shared.lines
    .map(
      (line) =>
        `<tr><th scope="row">${esc(line.name)}${line.sizes?.length ? `<br><small>${esc(line.sizes.join(', '))}</small>` : ''}</th><td>${line.placement_names.map(esc).join('<br>')}${readersOf(line, lang)}</td><td>${esc(datesOf(line, lang))}</td><td class="n">${esc(number.format(line.goal.quantity))} ${esc(unitWords[lang][line.goal.unit] ?? '')}</td><td class="n">${esc(moneyOf(line.rate, lang))} ${esc(unitWords[lang][line.rate.model] ?? '')}</td><td class="n">${line.amount ? esc(moneyOf(line.amount, lang)) : esc(words.afterDelivery)}</td></tr>`,
    )
    .join('');
  const heads = [words.line, words.where, words.dates, words.quantity, words.price, words.amount];
  const table = `<div class="scroll" tabindex="0" role="region" aria-label="${esc(words.line)}"><table><thead><tr>${heads.map((head, index) => `<th scope="col"${index > 2 ? ' class="n"' : ''}>${esc(head)}</th>`).join('')}</tr></thead><tbody>${rows}</tbody><tfoot><tr><th scope="row" colspan="5">${esc(words.total)}</th><td class="n"><strong>${esc(moneyOf({ amount: shared.total, currency: shared.currency }, lang))}</strong></td></tr></tfoot></table></div>`;

  const deadline = shared.expires_at
    ? `<p>${esc(words.until)} <time datetime="${esc(shared.expires_at)}">${esc(at.format(Date.parse(shared.expires_at)))}</time> (${esc(zone)}).${shared.holds ? ` ${esc(words.held)}` : ''}</p>`
    : '';
  const accepted = shared.accepted
    ? `<p><strong>${esc(words.acceptedBy)} ${esc(shared.accepted.name)}${shared.accepted.title ? ` (${esc(shared.accepted.title)})` : ''}, ${esc(at.format(Date.parse(shared.accepted.at)))}</strong></p>`
    : '';
  const body = `<main id="proposal" data-token="${esc(token)}" data-hash="${esc(shared.document_hash)}" data-failed="${esc(words.failed)}" data-name-first="${esc(words.nameFirst)}" data-digits="${digitsOf(shared.currency)}">
${otherLanguage(lang)}
<p class="over">${esc(words.from)} ${esc(shared.seller)} ${esc(words.to)} ${esc(shared.advertiser_name)}</p>
<h1>${esc(shared.name)}</h1>
<p><span class="state" data-state="${esc(shared.state)}">${esc(stateWords[lang][shared.state])}</span> · ${esc(words.version)} ${shared.version}</p>
${deadline}${accepted}${table}
${shared.terms ? `<section><h2>${esc(words.terms)}</h2><p class="pre">${esc(shared.terms)}</p></section>` : ''}
<p class="hash">${esc(words.hash)}: <code>${esc(shared.document_hash)}</code></p>
<div role="alert" id="problem"></div>
<div class="form"><label>${esc(words.name)}<input id="who" autocomplete="name" maxlength="200" required></label><label>${esc(words.title)}<input id="title" autocomplete="organization-title" maxlength="200"></label><label class="wide">${esc(words.note)}<textarea id="note" rows="3" maxlength="5000"></textarea></label></div>
${may('accept') ? `<p>${esc(words.acceptNote)}</p>` : ''}
<p class="acts">${may('accept') ? `<button id="accept" class="main" data-sure="${esc(words.sure)}">${esc(words.accept)}</button>` : ''}<button id="comment">${esc(words.send)}</button>${may('decline') ? `<button id="decline" data-sure="${esc(words.sureDecline)}">${esc(words.decline)}</button>` : ''}</p>
${may('counter') ? counterForm(shared, lang) : ''}
<section><h2>${esc(words.history)}</h2><ol class="thread">${shared.thread.map((entry) => entryHtml(entry, lang, at, { us: shared.seller, them: shared.advertiser_name })).join('')}</ol></section>
</main><script nonce="${nonce}">${pageScript}</script>`;
  return shell(lang, shared.name, body, nonce);
}

/** Who reads these pages, in a line: devices and countries, as they were measured. */
function readersOf({ audience }: Line, lang: Language): string {
  if (!audience) return '';
  const words = pageWords[lang];
  const country = new Intl.DisplayNames([lang], { type: 'region', fallback: 'code' });
  const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
  const nameOf = (code: string) => (/^[A-Z]{2}$/.test(code) ? (country.of(code) ?? code) : code);
  const parts = [
    `${new Intl.NumberFormat(lang).format(audience.visitors_per_day)} ${words.visitorsPerDay}`,
    ...audience.devices.slice(0, 2).map(({ key, part }) => `${unitWords[lang][key] ?? key} ${percent.format(part)}`),
    ...audience.countries.slice(0, 2).map(({ key, part }) => `${nameOf(key)} ${percent.format(part)}`),
  ];
  return `<br><small>${esc(words.readers)} : ${esc(parts.join(' · '))}</small>`;
}

function counterForm(shared: SharedProposal, lang: Language): string {
  const words = pageWords[lang];
  const digits = digitsOf(shared.currency);
  const step = digits === 0 ? '1' : `0.${'0'.repeat(digits - 1)}1`;
  const lines = shared.lines.map((line) => {
    const input = (name: string, label: string, type: string, value: string, more = '') =>
      `<label>${esc(label)}<input name="${name}" type="${type}" value="${esc(value)}" data-was="${esc(value)}"${more}></label>`;
    return `<fieldset data-line="${esc(line.id)}"><legend>${esc(line.name)}</legend>${input('rate', `${words.price} (${shared.currency}, ${unitWords[lang][line.rate.model] ?? ''})`, 'number', (line.rate.amount / 10 ** digits).toFixed(digits), ` min="0" step="${step}"`)}${input('quantity', words.quantity, 'number', String(line.goal.quantity), ' min="0" step="1"')}${input('first_day', words.firstDay, 'date', dayOf(line.start, line.time_zone))}${input('last_day', words.lastDay, 'date', lastDayOf(line))}</fieldset>`;
  });
  return `<details id="counter"><summary>${esc(words.counter)}</summary><p>${esc(words.counterNote)}</p>${lines.join('')}<p><button id="send-counter">${esc(words.sendCounter)}</button></p></details>`;
}

/** One entry of a thread, with the names of the two sides. */
export function entryHtml(
  entry: ProposalEntry,
  lang: Language,
  at: Intl.DateTimeFormat,
  names: { us: string; them: string },
): string {
  const side = entry.side === 'clock' ? '' : names[entry.side];
  const who = [entry.author, side].filter(Boolean).join(', ');
  const changes = entry.differences.map(
    ({ line, field, before, after }) =>
      `<li>${esc(line)}, ${esc(unitWords[lang][field] ?? field)}: ${before === null ? '' : `<del>${esc(said(field, before, lang, at))}</del>`} ${after === null ? '' : `<ins>${esc(said(field, after, lang, at))}</ins>`}</li>`,
  );
  return `<li data-kind="${esc(entry.kind)}"><strong>${esc(kindWords[lang][entry.kind] ?? entry.kind)}</strong> · ${esc(who)} · <time datetime="${esc(entry.at)}">${esc(at.format(Date.parse(entry.at)))}</time>${entry.note ? `<p class="pre">${esc(entry.note)}</p>` : ''}${changes.length ? `<ul>${changes.join('')}</ul>` : ''}</li>`;
}

/** A side of a difference in words: quantities are kept as "1000 impressions", prices as "900 EUR cpm", ends as instants. */
export function said(field: string, text: string, lang: Language, at: Intl.DateTimeFormat): string {
  const [first = '', second = '', third = ''] = text.split(' ');
  const word = (name: string) => unitWords[lang][name] ?? name;
  const day = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: 'UTC' });
  if (text === '') return '–';
  if (field === 'quantity') return `${new Intl.NumberFormat(lang).format(Number(first))} ${word(second)}`;
  if (field === 'rate') return `${moneyOf({ amount: Number(first), currency: second }, lang)} ${word(third)}`;
  if (field === 'first_day' || field === 'last_day') return day.format(Date.parse(text));
  const { timeZone } = at.resolvedOptions();
  const zoned = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone });
  if (field === 'start') return zoned.format(Date.parse(text));
  // Ends are exclusive: the last day is the one before.
  if (field === 'end') return zoned.format(Date.parse(text) - 1);
  return text;
}

const lastDayOf = (line: Line): string => dayOf(new Date(Date.parse(line.end) - 1).toISOString(), line.time_zone);

function datesOf(line: Line, lang: Language): string {
  const day = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: line.time_zone });
  return `${day.format(Date.parse(line.start))} – ${day.format(Date.parse(line.end) - 1)}`;
}
