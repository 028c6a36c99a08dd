/** The calendar of the spaces as a workbook: a sheet of shares by placement and period, one of who has what, one of conflicts. */
import type { Caller, Clock, Database, Events, FileReply } from '#platform';
import type { Occupancy } from './contract.ts';
import { type Question, readOccupancy } from './occupancy.ts';

export const occupancyWords = {
  en: {
    sheet: 'Occupancy',
    who: 'Bookings',
    conflicts: 'Conflicts',
    heads: ['Site', 'Section', 'Placement', 'Formats'],
    whoHeads: [
      'Line',
      'Advertiser',
      'State',
      'Held until',
      'First day',
      'Last day',
      'Goal',
      'Unit',
      'Share of voice (%)',
      'Placements',
    ],
    conflictHeads: ['Conflict', 'Placement', 'Lines', 'First day', 'Last day', 'Why'],
    none: 'Nothing is booked or held.',
    legend: 'In percent; an asterisk: part of it is only held.',
    paperHeads: ['Line', 'Advertiser', 'State', 'Dates', 'Placements'],
    states: { held: 'held', sold: 'sold' },
    note: 'Part of the expected requests that is sold or held; empty where there is no forecast.',
    'exclusive-twice': 'Exclusive twice',
    'competitor-beside': 'Competitor beside',
    overbooked: 'Overbooked',
  },
  fr: {
    sheet: 'Occupation',
    who: 'Réservations',
    conflicts: 'Conflits',
    heads: ['Site', 'Rubrique', 'Emplacement', 'Formats'],
    whoHeads: [
      'Ligne',
      'Annonceur',
      'État',
      'En option jusqu’au',
      'Premier jour',
      'Dernier jour',
      'Objectif',
      'Unité',
      'Part de voix (%)',
      'Emplacements',
    ],
    conflictHeads: ['Conflit', 'Emplacement', 'Lignes', 'Premier jour', 'Dernier jour', 'Pourquoi'],
    none: 'Rien n’est réservé ni en option.',
    legend: 'En pour cent ; un astérisque : une partie n’est qu’en option.',
    paperHeads: ['Ligne', 'Annonceur', 'État', 'Dates', 'Emplacements'],
    states: { held: 'en option', sold: 'vendu' },
    note: 'Part des appels attendus qui est vendue ou en option ; vide sans prévision.',
    'exclusive-twice': 'Exclusivité en double',
    'competitor-beside': 'Concurrent à côté',
    overbooked: 'Surréservation',
  },
} as const;

export type Desk = { db: Database; events: Pick<Events, 'query'>; clock: Clock; caller: Caller };

/** All placements that fit the filters, page after page; at most 10,000. */
export async function allPages(desk: Desk, question: Question): Promise<Occupancy[]> {
  const pages: Occupancy[] = [];
  let cursor: string | undefined;
  do {
    const page = await readOccupancy(desk, { ...question, limit: 500, ...(cursor ? { cursor } : {}) });
    pages.push(page);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && pages.length < 20);
  return pages;
}

export async function exportOccupancy(
  desk: Desk,
  { language, ...question }: Question & { language: 'en' | 'fr' },
): Promise<FileReply> {
  const pages = await allPages(desk, question);
  return {
    bytes: await workbookOf(pages, language),
    media_type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    file_name: `${occupancyWords[language].sheet} ${question.from} ${question.to}.xlsx`,
  };
}

async function workbookOf(pages: readonly Occupancy[], language: 'en' | 'fr'): Promise<Uint8Array> {
  const { default: ExcelJS } = await import('exceljs');
  const said = occupancyWords[language];
  const book = new ExcelJS.Workbook();
  const bold = { font: { bold: true } };
  const places = pages.flatMap(({ placements }) => placements);
  const names = new Map(places.map(({ id, name, site_name }) => [id, `${site_name} › ${name}`]));

  const sheet = book.addWorksheet(said.sheet, { views: [{ state: 'frozen', xSplit: 4, ySplit: 2 }] });
  sheet.addRow([said.note]);
  const periods = pages[0]?.periods ?? [];
  const head = sheet.addRow([
    ...said.heads,
    ...periods.map(({ start, end }) => (start === end ? start : `${start} – ${end}`)),
  ]);
  head.eachCell((cell) => Object.assign(cell, bold));
  for (const place of places.toSorted((a, b) => (names.get(a.id) ?? '').localeCompare(names.get(b.id) ?? ''))) {
    const parts = periods.map((_, i) => {
      const all = place.forecast[i] ?? 0;
      return all > 0 ? ((place.sold[i] ?? 0) + (place.held[i] ?? 0)) / all : null;
    });
    const row = sheet.addRow([
      place.site_name,
      place.section_name ?? '',
      place.name,
      place.formats.join(', '),
      ...parts,
    ]);
    for (const [i, part] of parts.entries()) {
      if (part === null) continue;
      const cell = row.getCell(5 + i);
      cell.numFmt = '0%';
      const argb = part >= 0.95 ? 'FFF4B6B0' : part >= 0.7 ? 'FFFBE3B5' : 'FFCFEBDA';
      cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb } };
    }
  }
  for (const [i, width] of [22, 18, 28, 22].entries()) sheet.getColumn(i + 1).width = width;

  const who = book.addWorksheet(said.who, { views: [{ state: 'frozen', ySplit: 1 }] });
  who.addRow([...said.whoHeads]).eachCell((cell) => Object.assign(cell, bold));
  const occupants = new Map(pages.flatMap((page) => page.occupants).map((one) => [one.id, one]));
  for (const one of occupants.values()) {
    who.addRow([
      one.name,
      one.advertiser_name,
      one.state,
      one.expires_at ?? '',
      one.first_day,
      one.last_day,
      one.goal.quantity,
      one.goal.unit,
      one.share_of_voice,
      one.placements.map((id) => names.get(id) ?? id).join(', '),
    ]);
  }
  for (const [i, width] of [36, 28, 12, 24, 12, 12, 14, 20, 16, 60].entries()) who.getColumn(i + 1).width = width;

  const wrong = book.addWorksheet(said.conflicts, { views: [{ state: 'frozen', ySplit: 1 }] });
  wrong.addRow([...said.conflictHeads]).eachCell((cell) => Object.assign(cell, bold));
  for (const one of pages.flatMap(({ conflicts }) => conflicts)) {
    wrong.addRow([
      said[one.code],
      names.get(one.placement_id) ?? one.placement_id,
      one.occupants.map((id) => occupants.get(id)?.name ?? id).join(', '),
      one.first_day,
      one.last_day,
      one.why ?? '',
    ]);
  }
  for (const [i, width] of [22, 40, 60, 12, 12, 24].entries()) wrong.getColumn(i + 1).width = width;
  return new Uint8Array(await book.xlsx.writeBuffer());
}
