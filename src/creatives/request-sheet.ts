/** What is to be made, as an A4 PDF for the studio or the client: tagged for screen readers, fonts embedded, made in this process. */
import { readFileSync } from 'node:fs';
import type { Caller, Clock, Database, FileReply } from '#platform';
import { listRequests } from './request.ts';
import type { CreativeRequest } from './request-contract.ts';
import { kindsText, limitsText, type SheetLanguage, sheetWords } from './request-words.ts';

const template = readFileSync(new URL('./request-sheet.typ', import.meta.url), 'utf8');
const fontFolder = new URL('../../assets/fonts/', import.meta.url);
const fonts = ['Inter-Regular.ttf', 'Inter-SemiBold.ttf'].map((name) => readFileSync(new URL(name, fontFolder)));

/** A folder that does not exist: a template can read nothing but what is handed to it. */
const nowhere = '/vigie-request-sheet';
const most = 500;

type Which = { order_id?: string | undefined; advertiser_id?: string | undefined; line_item_id?: string | undefined };

/** The open requests first by deadline; at most 500. */
export async function requestSheet(
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  { language, ...which }: Which & { language: SheetLanguage },
): Promise<FileReply> {
  const now = clock();
  const { items } = await listRequests(db, caller, { ...which, limit: most }, now);
  const seller = await db.one<{ name: string }>('select name from organisations where id = $1', [caller.org_id]);
  return {
    bytes: await layOut(items, { language, now, seller: seller?.name ?? '' }),
    media_type: 'application/pdf',
    file_name: `${sheetWords[language].title}.pdf`,
    inline: true,
  };
}

async function layOut(
  requests: readonly CreativeRequest[],
  { language, now, seller }: { language: SheetLanguage; now: Date; seller: string },
): Promise<Buffer> {
  const words = sheetWords[language];
  const date = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'long',
    timeZone: 'Europe/Paris',
  });
  const orders = [...Map.groupBy(requests, ({ order_id }) => order_id).values()].map((group) => ({
    name: group[0]?.order_name ?? '',
    rows: group.map((one) => ({
      format: one.format,
      line: one.line_item_name,
      where: one.placements.join('\n'),
      kinds: kindsText(one.kinds, language),
      limits: limitsText(one.limits, one.kinds, language),
      languages: one.languages.join(', '),
      note: one.note,
      due: date.format(new Date(one.due)),
      start: date.format(new Date(one.start)),
      state: one.is_late ? `${words[one.state]} · ${words.late}` : words[one.state],
      late: one.is_late,
    })),
  }));
  const document = JSON.stringify({
    labels: words,
    language,
    seller,
    advertisers: [...new Set(requests.map(({ advertiser_name }) => advertiser_name))].join(', '),
    made: date.format(now),
    orders,
  });
  const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler');
  const compiler = NodeCompiler.create({ workspace: nowhere, fontArgs: [{ fontBlobs: fonts }] });
  try {
    return compiler.pdf({ mainFileContent: template, inputs: { document } }, { pdfStandard: 'ua-1' });
  } catch (error) {
    throw new Error('The list of creatives could not be laid out.', { cause: error });
  } finally {
    compiler.evictCache(0);
  }
}
