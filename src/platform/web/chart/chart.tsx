import { ActionIcon, Box, Tooltip, useComputedColorScheme } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useWords } from '../language.tsx';
import { messages } from '../messages.ts';
import { Loading } from '../states.tsx';

export type ChartColours = { ink: string; soft: string; line: string; surface: string; series: string[] };

/** Series colours keep 3:1 against their ground (WCAG 1.4.11) and stay apart for colour-blind readers. */
export const coloursOf = (scheme: 'light' | 'dark'): ChartColours =>
  scheme === 'light'
    ? {
        ink: '#17232b',
        soft: '#516068',
        line: '#dfe5e9',
        surface: '#ffffff',
        series: ['#0c6478', '#b06a00', '#7a4fbf', '#14703f', '#b3261e', '#4a6fb5'],
      }
    : {
        ink: '#e6ecf0',
        soft: '#a3b1bb',
        line: '#2b3540',
        surface: '#171d24',
        series: ['#5fb6c8', '#f0b455', '#b79bea', '#63cf97', '#ff8f86', '#8cb0f0'],
      };

type Props = {
  /** What the chart shows, in one sentence: its name for assistive technology. */
  label: string;
  option: (colours: ChartColours) => EChartsCoreOption;
  /** The same figures as a table: what a reader who cannot see the chart gets, and anyone on demand. */
  table: ReactNode;
  height?: number;
  onPick?: (at: { index: number; name: string }) => void;
};

export const Chart = ({ label, option, table, height = 260, onPick }: Props) => {
  const words = useWords(messages);
  const [asTable, setAsTable] = useState(false);
  return (
    <Box pos="relative" pt={4}>
      <Tooltip label={asTable ? words.chartAsChart : words.chartAsTable}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          pos="absolute"
          top={-6}
          right={0}
          style={{ zIndex: 2 }}
          aria-label={`${asTable ? words.chartAsChart : words.chartAsTable}: ${label}`}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? <IconChartLine size={15} aria-hidden /> : <IconTable size={15} aria-hidden />}
        </ActionIcon>
      </Tooltip>
      {asTable ? <Box mt="lg">{table}</Box> : <Drawing label={label} option={option} height={height} onPick={onPick} />}
    </Box>
  );
};

const Drawing = ({
  label,
  option,
  height,
  onPick,
}: {
  label: string;
  option: Props['option'];
  height: number;
  onPick: Props['onPick'] | undefined;
}) => {
  const scheme = useComputedColorScheme('light');
  const frame = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  });

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let made: EChartsType | undefined;
    let gone = false;
    const observer = new ResizeObserver(() => made?.resize());
    void import('./echarts.ts').then(({ init }) => {
      if (gone) return;
      made = init(element, null, { renderer: 'svg' });
      made.on('click', (event) => pick.current?.({ index: event.dataIndex, name: event.name }));
      observer.observe(element);
      setChart(made);
    });
    return () => {
      gone = true;
      observer.disconnect();
      made?.dispose();
      setChart(undefined);
    };
  }, []);

  useEffect(() => {
    chart?.setOption({ animation: false, ...option(coloursOf(scheme)) }, { notMerge: true });
  }, [chart, option, scheme]);

  return (
    <div style={{ position: 'relative', height }}>
      <div ref={frame} role="img" aria-label={label} style={{ width: '100%', height }} />
      {chart ? null : (
        <div style={{ position: 'absolute', inset: 0 }}>
          <Loading height={height} />
        </div>
      )}
    </div>
  );
};
