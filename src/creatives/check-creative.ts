/** Checks a creative: what it is made of at once, what it does in a browser when asked for or soon after its upload. */
import {
  errorFields,
  Refusal,
  type Caller,
  type Database,
  type FileReply,
  type FileStore,
  type Job,
  type Sql,
} from '#platform';
import { audit } from '#people';
import type { Creative, CreativeCheck } from './contract.ts';
import { limitsOfCreative } from './context-checks.ts';
import { type CreativeRow, creativeRow, readCreative } from './creative.ts';
import type { FullLimits } from './limits.ts';
import { materialChecks } from './quality.ts';
import { isInTruth } from './sniff.ts';
import { check } from './verdict.ts';
import { withGuardedBrowser } from './guarded-browser.ts';
import { lookOf } from './look.ts';
import { landingChecks, openLanding } from './landing-check.ts';
import { renderChecks } from './render-checks.ts';
import { renderCreative, type ToRender } from './render-creative.ts';

/** As kept: the verdicts, and the hashes of the pictures taken over time. */
export type Quality = { checks: CreativeCheck[]; film: string[] };

type Services = { db: Database; files: FileStore };

/** Of its files and content, without running anything. `limits`: of the places where it is to run. */
export async function inspect(
  files: FileStore,
  row: CreativeRow & { category: string | null },
  limits: FullLimits,
): Promise<Inspected> {
  const { kind, landing_url, content, file_hash, media_type } = row;
  const bytes = kind === 'image' && file_hash ? await files.get(file_hash) : undefined;
  const look = bytes && ((await lookOf(bytes, limits.page_colour)) ?? null);
  const texts: { path: string; text: string }[] = [];
  const misnamed: { path: string; is: string }[] = [];
  for (const file of content && 'entry' in content ? content.files : []) {
    const inside = (await files.get(file.hash)) ?? Buffer.alloc(0);
    const is = isInTruth(file.media_type, inside);
    if (is) misnamed.push({ path: file.path, is });
    if (/^text\/|svg/.test(file.media_type)) texts.push({ path: file.path, text: inside.toString('utf8') });
  }
  const checks = materialChecks({
    kind,
    landing_url,
    content,
    limits,
    bytes,
    media_type,
    look,
    wasCleaned: media_type === 'image/svg+xml' && row.original_hash !== null,
    files: texts,
    misnamed,
    words: [wordsOf(content), ...texts.map(({ text }) => text)].join(' '),
    legal_text: row.legal_text,
    payer: row.payer,
    category: row.category,
  });
  return { checks, look: look?.hash ?? null };
}

type Inspected = { checks: CreativeCheck[]; look: string | null };

const wordsOf = (content: CreativeRow['content']): string =>
  content && 'title' in content
    ? Object.values(content)
        .filter((value) => typeof value === 'string')
        .join(' ')
    : '';

const categoryOf = async (sql: Sql, row: CreativeRow): Promise<CreativeRow & { category: string | null }> => {
  const found = await sql.one<{ category: string | null }>('select category from advertisers where id = $1', [
    row.advertiser_id,
  ]);
  return { ...row, category: found?.category ?? null };
};

/** Writes down what a look at its files tells; whether it still has to be rendered is said by `checked_at`. */
export async function keepInspection(sql: Sql, files: FileStore, caller: Caller, id: string): Promise<void> {
  const row = await categoryOf(sql, await creativeRow(sql, caller, id));
  const { checks, look } = await inspect(files, row, await limitsOfCreative(sql, caller.org_id, row));
  await sql.query(
    'update creatives set quality = $2, checked_at = case when $3 then null else now() end, look = coalesce($4, look) where id = $1',
    [id, JSON.stringify({ checks, film: [] } satisfies Quality), pageOf(row) !== undefined, look],
  );
}

/** What the browser opens; undefined for creatives that are no page. */
function pageOf({ kind, width, height, content, file_hash, weight_bytes }: CreativeRow): ToRender | undefined {
  if (!width || !height || !file_hash) return undefined;
  if (kind === 'html5' && content && 'entry' in content)
    return { kind, width, height, entry: content.entry, files: content.files };
  if (kind !== 'tag') return undefined;
  const page = {
    path: 'index.html',
    hash: file_hash,
    media_type: 'text/html; charset=utf-8',
    gzip_bytes: weight_bytes ?? 0,
  };
  return { kind, width, height, entry: page.path, files: [page] };
}

/** Inspects, renders, and keeps the verdicts. Throws not-found, too-many while other checks run. */
export async function checkCreative(services: Services, caller: Caller, id: string): Promise<Creative> {
  await checkRow(services, caller, await creativeRow(services.db, caller, id));
  return readCreative(services.db, caller, id);
}

async function checkRow({ db, files }: Services, caller: Caller, row: CreativeRow): Promise<void> {
  const limits = await limitsOfCreative(db, caller.org_id, row);
  const { checks, look: ownLook } = await inspect(files, await categoryOf(db, row), limits);
  let look = ownLook;
  const page = pageOf(row);
  const film: string[] = [];
  try {
    await withGuardedBrowser({ allowed: new Set(), timeoutMs: 60_000 }, async ({ browser }) => {
      checks.push(...landingChecks(row.landing_url, await openLanding(browser, row.landing_url), limits));
      if (!page) return;
      const rendered = await renderCreative(browser, files, { ...page, page_colour: limits.page_colour });
      const clickTags = row.content && 'click_tags' in row.content ? row.content.click_tags : [];
      checks.push(...renderChecks(rendered.run, { ...page, hasClickTag: clickTags.length > 0, limits }));
      look = rendered.run.look?.hash ?? null;
      for (const picture of rendered.film) film.push((await files.put(picture)).hash);
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'too-many') throw error;
    const why = error instanceof Refusal ? error.message : 'the browser could not open it.';
    checks.push(check('render', 'failed', `It could not be looked at in a browser: ${why}`));
  }
  // A change of its content in between is looked at again.
  await db.transaction(async (tx) => {
    await tx.query(
      'update creatives set quality = $2, checked_at = now(), look = $4 where id = $1 and file_hash is not distinct from $3',
      [row.id, JSON.stringify({ checks: merged(checks), film } satisfies Quality), row.file_hash, look],
    );
    const moved = await tx.one(
      `update creatives set state = 'waiting' where id = $1 and state = 'checking' returning id`,
      [row.id],
    );
    if (moved)
      await audit(tx, caller, {
        action: 'creative.submit',
        subject: { kind: 'creative', id: row.id },
        before: { state: 'checking' },
        after: { state: 'waiting' },
      });
  });
}

/** One verdict a code: what the browser saw stands over what the files let expect. */
export const merged = (checks: readonly CreativeCheck[]): CreativeCheck[] => [
  ...new Map(checks.map((one) => [one.code, one])).values(),
];

/** A picture of the film, by its number from 0. Throws not-found. */
export async function filmPicture({ db, files }: Services, caller: Caller, id: string, n: number): Promise<FileReply> {
  const { quality } = await creativeRow(db, caller, id);
  const hash = quality?.film[n];
  const bytes = hash && (await files.get(hash));
  if (!bytes) throw new Refusal('not-found', 'There is no such picture of this creative.');
  return {
    bytes,
    media_type: 'image/png',
    file_name: `${n}.png`,
    inline: true,
    headers: { 'x-content-type-options': 'nosniff', 'cache-control': 'private, max-age=300' },
  };
}

/** Renders what nobody has looked at yet, one a run. */
export const checkingJob = ({ db, files }: Services): Job => ({
  name: 'check-creatives',
  everySeconds: 5,
  run: async ({ log }) => {
    const row = await db.one<{ id: string; org_id: string }>(
      `select id, org_id from creatives where checked_at is null and kind in ('html5', 'tag') and state <> 'retired' order by created_at limit 1`,
    );
    if (!row) return;
    const caller: Caller = {
      kind: 'system',
      id: 'check-creatives',
      name: '',
      org_id: row.org_id,
      role: 'admin',
      advertiser_id: null,
    };
    try {
      await checkCreative({ db, files }, caller, row.id);
    } catch (error) {
      if (!(error instanceof Refusal)) log.error('a creative could not be checked', errorFields(error));
    }
  },
});
