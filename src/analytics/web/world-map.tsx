import { useComputedColorScheme } from '@mantine/core';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import type { MetricName } from '#analytics/contract';
import { coloursOf, DataTable, Loading, useFormat, useWords } from '#platform/web';
import { explorerMessages } from './explorer-messages.ts';
import { useDimensionLabel, useMetric, useValueName } from './words.ts';

type Value = { country: string; value: number };
type Props = { metric: MetricName; values: readonly Value[]; file: string; currency?: string; height?: number };

/** A figure by country on a map (Natural Earth, public domain), with the same figures as a table below it. */
export const WorldMap = ({ metric: name, values, file, currency, height = 420 }: Props) => {
  const words = useWords(explorerMessages);
  const format = useFormat();
  const metric = useMetric();
  const dimension = useDimensionLabel();
  const nameOf = useValueName();
  const scheme = useComputedColorScheme('light');
  const { label, write } = metric(name, currency);
  const frame = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let made: EChartsType | undefined;
    let gone = false;
    const observer = new ResizeObserver(() => made?.resize());
    void import('./world.ts').then(({ initWorld }) => {
      if (gone) return;
      made = initWorld(element);
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
  const summed = new Map<string, number>();
  for (const { country, value } of values) summed.set(country, (summed.get(country) ?? 0) + value);
  const rows = [...summed].map(([country, value]) => ({ country, value })).toSorted((a, b) => b.value - a.value);
  const key = JSON.stringify(rows);
  useEffect(() => {
    if (!chart) return;
    const colours = coloursOf(scheme);
    const most = Math.max(1, ...rows.map(({ value }) => value));
    const option: EChartsCoreOption = {
      animation: false,
      tooltip: {
        trigger: 'item',
        backgroundColor: colours.surface,
        borderColor: colours.line,
        textStyle: { color: colours.ink, fontSize: 12 },
        formatter: ({ name: code, value }: { name: string; value: number }) =>
          `${format.country(code)}: ${Number.isFinite(value) ? write(value) : '–'}`,
      },
      visualMap: {
        show: rows.length > 0,
        min: 0,
        max: most,
        left: 8,
        bottom: 8,
        itemHeight: 80,
        text: [write(most), '0'],
        textStyle: { color: colours.ink },
        inRange: { color: scheme === 'light' ? ['#d9ebef', '#0c6478'] : ['#24404a', '#7fd3e4'] },
        formatter: (value: number) => write(Math.round(value)),
      },
      series: [
        {
          type: 'map',
          map: 'world',
          roam: false,
          nameProperty: 'code',
          data: rows.map(({ country, value }) => ({ name: country, value })),
          itemStyle: { areaColor: colours.line, borderColor: colours.surface, borderWidth: 0.5 },
          emphasis: { label: { show: false }, itemStyle: { areaColor: colours.series[1] } },
          select: { disabled: true },
        },
      ],
    };
    chart.setOption(option, { notMerge: true });
    // `rows` are new at every drawing; their text says whether they changed.
  }, [chart, scheme, key]); // oxlint-disable-line react-hooks/exhaustive-deps
  return (
    <>
      <div style={{ position: 'relative', height }}>
        <div ref={frame} role="img" aria-label={words.mapLabel(label)} style={{ width: '100%', height }} />
        {chart ? null : (
          <div style={{ position: 'absolute', inset: 0 }}>
            <Loading height={height} />
          </div>
        )}
      </div>
      <DataTable
        label={words.mapLabel(label)}
        file={`${file}-countries`}
        rows={rows}
        rowKey={(row) => row.country}
        columns={[
          {
            key: 'country',
            header: dimension('visit:country'),
            value: (row) => nameOf('visit:country', row.country) || row.country,
          },
          { key: 'value', header: label, value: (row) => row.value, cell: (row) => write(row.value), align: 'right' },
        ]}
      />
    </>
  );
};
