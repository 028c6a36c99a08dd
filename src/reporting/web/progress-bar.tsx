import { Text } from '@mantine/core';
import { StateMark, useFormat, useNow, useWords } from '#platform/web';
import type { Tone } from '#platform/web';
import type { LineStatus } from '../figures.ts';
import { messages } from './messages.ts';
import { standingOf, useLineTotals } from './use-line-totals.ts';
import type { Standing } from './use-line-totals.ts';
import type { LineTerms } from '../progress.ts';

const tones: Record<LineStatus, { ink: string; tone: Tone }> = {
  'on-track': { ink: 'var(--good)', tone: 'green' },
  ahead: { ink: 'var(--accent)', tone: 'blue' },
  complete: { ink: 'var(--good)', tone: 'green' },
  behind: { ink: 'var(--warn)', tone: 'orange' },
  silent: { ink: 'var(--bad)', tone: 'red' },
  'ended-short': { ink: 'var(--bad)', tone: 'red' },
  paused: { ink: 'var(--ink-soft)', tone: 'gray' },
  upcoming: { ink: 'var(--ink-soft)', tone: 'gray' },
  'no-goal': { ink: 'var(--accent)', tone: 'blue' },
};

export const StatusBadge = ({ status }: { status: LineStatus }) => {
  const words = useWords(messages);
  return <StateMark tone={tones[status].tone}>{words[status]}</StateMark>;
};

/** Delivered against ordered: the bar is what was delivered, the mark what the plan expected by now. */
export const ProgressBar = ({ standing, name }: { standing: Standing; name: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const { progress, status, counts } = standing;
  if (!progress) {
    return (
      <Text size="xs" c="dimmed">
        {format.number(counts.impressions)} {words.impressions.toLowerCase()} · {words.noGoal}
      </Text>
    );
  }
  const share = progress.ordered ? (100 * progress.delivered) / progress.ordered : 0;
  const due = progress.ordered ? (100 * progress.expected) / progress.ordered : 0;
  const text = `${format.number(progress.delivered)} ${words.of} ${format.number(progress.ordered)}`;
  return (
    <div style={{ minWidth: 130 }}>
      <div
        className="vg-progress"
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(share))}
        aria-valuetext={`${text}, ${words.expected(format.number(progress.expected))}`}
        title={words.expected(format.number(progress.expected))}
      >
        <div
          className="vg-progress-done"
          style={{ width: `${Math.min(100, share)}%`, background: tones[status].ink }}
        />
        {due > 0 && due < 100 ? <div className="vg-progress-mark" style={{ left: `${due}%` }} /> : null}
      </div>
      <Text size="xs" c="dimmed" mt={3} style={{ whiteSpace: 'nowrap' }}>
        {text} ({format.percent(share, 0)})
      </Text>
    </div>
  );
};

type Line = Omit<LineTerms, 'pacing'> & { id: string; name: string; pacing?: LineTerms['pacing'] };

/** The same, found by itself from the line: what the screens of campaigns show in their tables. */
export const LineProgress = ({ line }: { line: Line }) => {
  const { totals } = useLineTotals();
  const standing = standingOf({ ...line, pacing: line.pacing ?? 'even' }, totals, line.id, useNow());
  if (!standing) return <Text c="dimmed">…</Text>;
  return (
    <div style={{ display: 'grid', gap: 4 }}>
      <ProgressBar standing={standing} name={line.name} />
      {line.state === 'live' || (line.state === 'ended' && standing.status !== 'no-goal') ? (
        <div>
          <StatusBadge status={standing.status} />
        </div>
      ) : null}
    </div>
  );
};
