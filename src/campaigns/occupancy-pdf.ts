/** The calendar of the spaces as an A4 PDF, tagged for screen readers, fonts embedded, made without leaving the process. */
import { readFileSync } from 'node:fs';
import { type FileReply, Refusal } from '#platform';
import type { Question } from './occupancy.ts';
import { allPages, type Desk, occupancyWords } from './occupancy-workbook.ts';

const template = readFileSync(new URL('./occupancy.typ', import.meta.url), 'utf8');
const fontFolder = new URL('../../assets/fonts/', import.meta.url);
const fonts = ['Inter-Regular.ttf', 'Inter-SemiBold.ttf'].map((name) => readFileSync(new URL(name, fontFolder)));

/** A folder that does not exist: a template can read nothing but what is handed to it. */
const nowhere = '/vigie-occupancy';
/** Periods that are still readable beside each other on a page, and placements of a paper that somebody still turns over. */
const mostPeriods = 62;
const mostPlacements = 1000;

/** Throws bad-input for more periods or placements than a paper holds, saying what to do. */
export async function exportOccupancyPdf(
  desk: Desk,
  { language, ...question }: Question & { language: 'en' | 'fr' },
): Promise<FileReply> {
  const pages = await allPages(desk, question);
  const places = pages.flatMap(({ placements }) => placements);
  const periods = pages[0]?.periods ?? [];
  if (periods.length > mostPeriods)
    throw new Refusal('bad-input', `by: a paper holds ${mostPeriods} periods; take weeks or months, or fewer days.`, {
      field: 'by',
    });
  if (places.length > mostPlacements)
    throw new Refusal('bad-input', `site: a paper holds ${mostPlacements} placements; narrow the filters.`, {
      field: 'site',
    });
  const said = occupancyWords[language];
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const names = new Map(places.map(({ id, name, site_name }) => [id, `${site_name} › ${name}`]));
  const occupants = new Map(pages.flatMap((page) => page.occupants).map((one) => [one.id, one]));
  const range = (first: string, last: string) => days.formatRange(Date.parse(first), Date.parse(last));
  const document = {
    language,
    title: said.sheet,
    dates: range(question.from, question.to),
    note: said.note,
    labels: {
      placement: said.heads[2],
      who: said.who,
      conflicts: said.conflicts,
      none: said.none,
      legend: said.legend,
    },
    heads: { who: said.paperHeads, conflicts: said.conflictHeads.slice(0, 5) },
    periods: periods.map(({ start }) => headOf(start, question.by, locale)),
    rows: places
      .toSorted((a, b) => (names.get(a.id) ?? '').localeCompare(names.get(b.id) ?? ''))
      .map((place) => ({
        name: names.get(place.id) ?? '',
        parts: periods.map((_, i) => {
          const all = place.forecast[i] ?? 0;
          if (all <= 0) return null;
          return Math.round((((place.sold[i] ?? 0) + (place.held[i] ?? 0)) / all) * 100);
        }),
        held: periods.map((_, i) => (place.held[i] ?? 0) > 0),
      })),
    who: [...occupants.values()].map((one) => [
      one.name,
      one.advertiser_name,
      said.states[one.state === 'reserved' || one.state === 'held' ? 'held' : 'sold'],
      range(one.first_day, one.last_day),
      one.placements.map((id) => names.get(id) ?? id).join(', '),
    ]),
    conflicts: pages
      .flatMap(({ conflicts }) => conflicts)
      .map((one) => [
        said[one.code],
        names.get(one.placement_id) ?? one.placement_id,
        one.occupants.map((id) => occupants.get(id)?.name ?? id).join(', '),
        days.format(Date.parse(one.first_day)),
        days.format(Date.parse(one.last_day)),
      ]),
  };
  return {
    bytes: await pdfOf(document),
    media_type: 'application/pdf',
    file_name: `${said.sheet} ${question.from} ${question.to}.pdf`,
    inline: true,
  };
}

/** The head of a column, as short as it can be: the day of the month, or the month. */
function headOf(start: string, by: Question['by'], locale: string): string {
  const at = Date.parse(start);
  const options: Intl.DateTimeFormatOptions =
    by === 'month' ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'numeric' };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at);
}

async function pdfOf(document: object): Promise<Buffer> {
  const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler');
  const compiler = NodeCompiler.create({ workspace: nowhere, fontArgs: [{ fontBlobs: fonts }] });
  try {
    const inputs = { document: JSON.stringify(document) };
    return compiler.pdf({ mainFileContent: template, inputs }, { pdfStandard: 'ua-1' });
  } catch (error) {
    throw new Error('The calendar could not be laid out.', { cause: error });
  } finally {
    compiler.evictCache(0);
  }
}
