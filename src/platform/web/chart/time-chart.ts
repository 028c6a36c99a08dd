import type { EChartsCoreOption } from 'echarts/core';
import type { ChartColours } from './chart.tsx';

export type TimeSeries = { name: string; values: (number | null)[]; dashed?: boolean; bars?: boolean; area?: boolean };

/** A chart over time: one category per day or hour, values written by `write` in the tooltip and `axis` on the scale. */
export const timeChart =
  (of: { labels: string[]; series: TimeSeries[]; write: (value: number) => string; axis: (value: number) => string }) =>
  (colours: ChartColours): EChartsCoreOption => ({
    color: colours.series,
    textStyle: { fontFamily: 'inherit', color: colours.soft },
    grid: { left: 8, right: 12, top: of.series.length > 1 ? 34 : 14, bottom: 4, containLabel: true },
    legend: {
      show: of.series.length > 1,
      top: 0,
      left: 0,
      icon: 'roundRect',
      itemWidth: 12,
      itemHeight: 4,
      textStyle: { color: colours.ink },
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'html',
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 12 },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? of.write(value) : '–'),
    },
    xAxis: {
      type: 'category',
      data: of.labels,
      boundaryGap: of.series.some((series) => series.bars),
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { color: colours.soft, hideOverlap: true, fontSize: 11 },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      ...(of.series.every((series) => series.values.every((value) => value === null || Number.isInteger(value)))
        ? { minInterval: 1 }
        : {}),
      min: 0,
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { color: colours.soft, fontSize: 11, formatter: (value: number) => of.axis(value) },
    },
    series: of.series.map((series, index) => ({
      name: series.name,
      type: series.bars ? 'bar' : 'line',
      data: series.values,
      barMaxWidth: 28,
      showSymbol: series.values.length === 1,
      symbolSize: 6,
      lineStyle: { width: 2, type: series.dashed ? 'dashed' : 'solid' },
      ...(series.bars ? { itemStyle: { borderRadius: [3, 3, 0, 0] } } : {}),
      ...(series.area ? { areaStyle: { opacity: 0.08, color: colours.series[index] } } : {}),
    })),
  });
