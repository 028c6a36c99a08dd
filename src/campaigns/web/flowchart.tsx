import { Text } from '@mantine/core';
import { addDays, Link, useFormat, useWords } from '#platform/web';
import { messages } from './push-messages.ts';

export type FlowRow = {
  key: string;
  name: string;
  detail: string;
  first: string;
  last: string;
  /** Where its colour comes from: ours, bought elsewhere, sold. */
  tone: 'own' | 'elsewhere' | 'bought' | 'sold';
  to?: string;
};

const colours: Record<FlowRow['tone'], string> = {
  own: 'var(--accent)',
  sold: 'var(--accent)',
  elsewhere: 'var(--warn)',
  bought: 'var(--warn)',
};

const days = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** A Gantt chart as a table: a row a line, a bar from its first day to its last, the beginnings of months above. */
export const Flowchart = ({ label, rows, from, to }: { label: string; rows: FlowRow[]; from: string; to: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const span = Math.max(1, days(from, to) + 1);
  const at = (day: string) => Math.min(100, Math.max(0, (days(from, day) / span) * 100));
  const marks = marksOf(from, to);
  return (
    <div style={{ overflowX: 'auto' }} role="region" aria-label={label} tabIndex={0}>
      <table className="vg-table" style={{ minWidth: 640, tableLayout: 'fixed' }} aria-label={label}>
        <thead>
          <tr>
            <th scope="col" style={{ width: '30%' }}>
              {words.name}
            </th>
            <th scope="col">
              <div style={{ position: 'relative', height: 18 }}>
                {marks.map((day) => (
                  <Text
                    key={day}
                    span
                    size="xs"
                    c="dimmed"
                    style={{ position: 'absolute', left: `${at(day)}%`, whiteSpace: 'nowrap' }}
                  >
                    {format.shortDay(day)}
                  </Text>
                ))}
              </div>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" style={{ fontWeight: 500, overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
                {row.to ? <Link to={row.to}>{row.name}</Link> : row.name}
                <Text size="xs" c="dimmed">
                  {row.detail}
                </Text>
              </th>
              <td>
                <div style={{ position: 'relative', height: 22 }}>
                  {marks.map((day) => (
                    <span
                      key={day}
                      aria-hidden
                      style={{
                        position: 'absolute',
                        left: `${at(day)}%`,
                        top: -8,
                        bottom: -8,
                        borderLeft: '1px solid var(--line)',
                      }}
                    />
                  ))}
                  <span
                    role="img"
                    aria-label={words.from(format.day(row.first), format.day(row.last))}
                    title={format.days(row.first, row.last)}
                    style={{
                      position: 'absolute',
                      left: `${at(row.first)}%`,
                      width: `max(4px, ${at(addDays(row.last, 1)) - at(row.first)}%)`,
                      top: 3,
                      height: 16,
                      borderRadius: 4,
                      background: colours[row.tone],
                    }}
                  />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** Days that are marked: Mondays over up to ten weeks, else the first of each month. */
function marksOf(from: string, to: string): string[] {
  const all = Array.from({ length: Math.min(800, days(from, to) + 1) }, (_, index) => addDays(from, index));
  const isMark =
    days(from, to) <= 70
      ? (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay() === 1
      : (day: string) => day.endsWith('-01');
  return all.filter(isMark);
}
