/** Checks that depend on where a creative is to run: the lines it is on, what they asked for, and its rights. Always as of now. */
import type { Sql } from '#platform';
import type { CreativeCheck } from './contract.ts';
import { formatsOfCreative } from './creative.ts';
import { readLimits } from './keep-limits.ts';
import type { FullLimits } from './limits.ts';
import { check } from './verdict.ts';
import type { CreativeKind } from './words.ts';

type Placed = { id: string; kind: CreativeKind; width: number | null; height: number | null };

type Line = {
  name: string;
  placements: string[];
  formats: string[];
  ends_at: string;
  requests: { format: string; languages: string[]; due_at: string }[];
};

const linesOf = (sql: Sql, id: string): Promise<Line[]> =>
  sql.query<Line>(
    `select l.name, l.placements, l.ends_at,
       case when cardinality(l.sizes) > 0 then l.sizes else (select coalesce(array_agg(distinct f), '{}') from placements p, unnest(p.formats) f where p.id = any(l.placements)) end as formats,
       (select coalesce(json_agg(json_build_object('format', r.format, 'languages', r.languages, 'due_at', r.due_at)), '[]') from creative_requests r
         where r.line_item_id = l.id and r.cancelled_at is null) as requests
     from assignments y join line_items l on l.id = y.line_item_id where y.creative_id = $1 and l.state not in ('ended', 'cancelled') order by l.id limit 50`,
    [id],
  );

/** The limits of the places where it is to run; those of its format where it is on no line. */
export async function limitsOfCreative(sql: Sql, orgId: string, creative: Placed): Promise<FullLimits> {
  const lines = await linesOf(sql, creative.id);
  const [format = creative.kind] = formatsOfCreative(creative);
  const placements = [...new Set(lines.flatMap((line) => line.placements))];
  const limits = (await readLimits(sql, orgId, { placements, formats: [format] })).get(format);
  if (!limits) throw new Error('a format without limits');
  return limits;
}

export type Described = Placed & { language: string | null; rights_until: string | null; created_at: string };

export async function contextChecks(sql: Sql, creative: Described, now: Date): Promise<CreativeCheck[]> {
  return checksInContext(creative, await linesOf(sql, creative.id), now);
}

/** Pure. */
export function checksInContext(creative: Described, lines: readonly Line[], now: Date): CreativeCheck[] {
  const fills = formatsOfCreative(creative);
  const mine = lines.flatMap(({ requests }) => requests.filter(({ format }) => fills.includes(format)));
  return [
    ...bookedSize(fills, lines),
    ...deadline(creative, mine),
    ...language(creative, mine),
    ...rights(creative, lines, now),
  ];
}

function bookedSize(fills: readonly string[], lines: readonly Line[]): CreativeCheck[] {
  if (lines.length === 0) return [];
  const wrong = lines.find(({ formats }) => !formats.some((format) => fills.includes(format)));
  const source = 'The booking';
  return [
    wrong
      ? check('booked_size', 'failed', `${fills[0] ?? 'No size'} is not what “${wrong.name}” has booked.`, {
          measured: fills[0] ?? '–',
          limit: wrong.formats.join(', '),
          source,
          advice: 'Make it in the size that was booked.',
        })
      : check('booked_size', 'ok', 'It has a size that was booked.', { measured: fills[0] ?? '–', source }),
  ];
}

function deadline({ created_at }: Described, requests: readonly Line['requests'][number][]): CreativeCheck[] {
  const due = requests.map(({ due_at }) => Date.parse(due_at)).toSorted((a, b) => a - b)[0];
  if (due === undefined) return [];
  const figures = {
    measured: isoDay(Date.parse(created_at)),
    limit: isoDay(due),
    source: 'Lead time of the placement',
  };
  return [
    Date.parse(created_at) <= due
      ? check('deadline', 'ok', 'It came in time.', figures)
      : check('deadline', 'warning', 'It came after the deadline.', {
          ...figures,
          advice: 'Approve it soon, or move the start of the line.',
        }),
  ];
}

const isoDay = (time: number) => new Date(time).toISOString().slice(0, 10);

function language({ language: mine }: Described, requests: readonly Line['requests'][number][]): CreativeCheck[] {
  const wanted = [...new Set(requests.flatMap(({ languages }) => languages))];
  if (wanted.length === 0) return [];
  const base = (tag: string) => tag.toLowerCase().split('-')[0];
  const figures = { measured: mine ?? '–', limit: wanted.join(', '), source: 'OpenDirect 2.1, Assignment' };
  return [
    mine !== null && wanted.some((tag) => base(tag) === base(mine))
      ? check('language', 'ok', `It is in ${mine}, as was asked.`, figures)
      : check(
          'language',
          'failed',
          mine === null ? 'Its language is not said.' : `It is in ${mine}, which was not asked for.`,
          {
            ...figures,
            advice: 'Say its language, or make it in the one that was asked for.',
          },
        ),
  ];
}

function rights({ rights_until }: Described, lines: readonly Line[], now: Date): CreativeCheck[] {
  if (rights_until === null) return [];
  const end = Date.parse(`${rights_until}T00:00:00Z`) + 86_400_000;
  const figures = { measured: rights_until, source: 'Rights of use' };
  if (end <= now.getTime())
    return [
      check('rights', 'failed', 'Its rights are over: it is not served any more.', {
        ...figures,
        advice: 'Extend the rights, or replace the creative.',
      }),
    ];
  const late = lines.find(({ ends_at }) => Date.parse(ends_at) > end);
  return [
    late
      ? check('rights', 'warning', `Its rights end before “${late.name}” does.`, {
          ...figures,
          limit: isoDay(Date.parse(late.ends_at)),
          advice: 'Extend the rights, or plan a creative for the rest of the line.',
        })
      : check('rights', 'ok', 'Its rights last as long as its lines.', figures),
  ];
}
