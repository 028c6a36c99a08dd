/** The private page of a chosen offer's tags: what the publisher pastes into its own ad server, line by line. */
import { Refusal, type Database, type FileReply, type Sql } from '#platform';
import { esc, type Language, otherLanguage, privatePage, shell } from './private-page.ts';
import { invitationOf } from './rfp-answers.ts';
import { tagWords } from './rfp-page-words.ts';
import { dayOf } from './zoned-day.ts';

/** Ready-made tags of a placement, each with what it is for. */
export type TagsOf = (place: {
  site: string;
  code: string;
  sizes: readonly string[];
}) => { kind: 'script' | 'frame' | 'image' | 'vast' | 'server'; server?: string; code: string }[];

type Line = {
  name: string;
  starts_at: string;
  ends_at: string;
  sizes: string[];
  place: string;
  code: string;
  formats: string[];
  domain: string;
  time_zone: string;
};

const linesOf = (sql: Sql, order: string): Promise<Line[]> =>
  sql.query<Line>(
    `select l.name, l.starts_at, l.ends_at, l.sizes, p.name as place, p.code, p.formats, s.domain, s.time_zone
     from line_items l join placements p on p.id = any(l.placements) join sites s on s.id = p.site_id
     where l.order_id = $1 and l.state <> 'cancelled' order by l.starts_at, l.id, p.id`,
    [order],
  );

export const tagsPage = (
  db: Database,
  { token, lang }: { token: string; lang?: Language | undefined },
  tagsOf: TagsOf,
): Promise<FileReply> =>
  privatePage(lang, async (nonce) => {
    const row = await invitationOf(db, token);
    const rfp = await db.one<{ name: string; language: Language }>('select name, language from rfps where id = $1', [
      row.rfp_id,
    ]);
    if (row.order_id === null || !rfp) throw new Refusal('not-found', 'There are no tags yet.');
    const language = lang ?? rfp.language;
    const words = tagWords[language];
    const day = (instant: string, zone: string) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(
        Date.parse(dayOf(instant, zone)),
      );
    const sections = (await linesOf(db, row.order_id)).map((line) => {
      const sizes = line.sizes.length > 0 ? line.sizes : line.formats;
      const last = new Date(Date.parse(line.ends_at) - 1).toISOString();
      const dates = `${day(line.starts_at, line.time_zone)} – ${day(last, line.time_zone)}`;
      const tags = tagsOf({ site: line.domain, code: line.code, sizes }).map(({ kind, server, code }, index) => {
        const label = kind === 'server' ? `${words.server} ${server ?? ''}` : words[kind];
        const id = `${line.code}-${index}`;
        return `<label>${esc(label)}<textarea id="${esc(id)}" readonly rows="3" spellcheck="false">${esc(code)}</textarea></label><p><button data-copy="${esc(id)}" data-done="${esc(words.copied)}">${esc(words.copy)}</button></p>`;
      });
      return `<section><h2>${esc(line.name)}</h2><p>${esc(line.domain)} · ${esc(line.place)} · ${esc(sizes.join(', '))} · ${esc(dates)}</p>${tags.join('')}</section>`;
    });
    const body = `<main>${otherLanguage(language)}<p class="over">${esc(rfp.name)} · ${esc(row.publisher_name)}</p><h1>${esc(words.title)}</h1><p>${esc(words.lead)}</p>${sections.join('')}<p><a href="/p/${esc(token)}/request">${esc(words.back)}</a></p></main><script nonce="${nonce}">${copyScript}</script>`;
    return shell(language, words.title, body, nonce, 'textarea{font:13px/1.4 ui-monospace,monospace}');
  });

/** Plain JavaScript of the browser: copies a tag, and says so on the button. */
const copyScript = `
for (const button of document.querySelectorAll('[data-copy]')) button.addEventListener('click', async () => {
  const text = document.getElementById(button.dataset.copy);
  text.select();
  await navigator.clipboard.writeText(text.value);
  button.textContent = button.dataset.done;
});
`;
