/** The daily chart of a campaign: impressions as bars, click-through rate as a line. Pure: the screen and the PDF draw the same. */
import type { EChartsOption } from 'echarts';

export type DailyChart = {
  /** One label a day, already written in the reader's language. */
  labels: readonly string[];
  impressions: readonly number[];
  /** Percent; null where a day has no impression. */
  ctr: readonly (number | null)[];
  names: { impressions: string; ctr: string };
  /** Writes a count, and a percentage, in the reader's language. */
  number: (value: number) => string;
  percent: (value: number) => string;
};

export type ChartInk = {
  text: string;
  muted: string;
  rule: string;
  primary: string;
  secondary: string;
  tertiary: string;
  font: string;
};

/** Ink on paper. Screens pass their own theme's. */
export const paper: ChartInk = {
  text: '#1d2939',
  muted: '#667085',
  rule: '#e4e7ec',
  primary: '#2f5fd0',
  secondary: '#d9480f',
  tertiary: '#98a2b3',
  font: 'Inter',
};

const axisText = (ink: ChartInk) => ({ color: ink.muted, fontFamily: ink.font, fontSize: 11 });

export const legend = (ink: ChartInk) => ({
  top: 0,
  left: 0,
  itemWidth: 14,
  itemHeight: 8,
  itemGap: 18,
  textStyle: { color: ink.text, fontFamily: ink.font, fontSize: 11 },
});

export const days = (labels: readonly string[], ink: ChartInk) => ({
  type: 'category' as const,
  data: [...labels],
  axisLine: { lineStyle: { color: ink.rule } },
  axisTick: { show: false },
  axisLabel: { ...axisText(ink), hideOverlap: true },
});

export const values = (format: (value: number) => string, ink: ChartInk) => ({
  type: 'value' as const,
  min: 0,
  axisLabel: { ...axisText(ink), formatter: format },
  splitLine: { lineStyle: { color: ink.rule } },
});

export function dailyChart(chart: DailyChart, ink: ChartInk = paper): EChartsOption {
  return {
    animation: false,
    color: [ink.primary, ink.secondary],
    textStyle: { fontFamily: ink.font },
    legend: legend(ink),
    tooltip: { trigger: 'axis' },
    grid: { left: 4, right: 4, top: 34, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: days(chart.labels, ink),
    yAxis: [
      { ...values(chart.number, ink), minInterval: 1 },
      { ...values(chart.percent, ink), splitLine: { show: false } },
    ],
    series: [
      {
        name: chart.names.impressions,
        type: 'bar',
        data: [...chart.impressions],
        barMaxWidth: 28,
        itemStyle: { borderRadius: [2, 2, 0, 0] },
      },
      {
        name: chart.names.ctr,
        type: 'line',
        yAxisIndex: 1,
        data: [...chart.ctr],
        symbolSize: chart.labels.length > 40 ? 0 : 5,
        showSymbol: chart.labels.length <= 40,
        lineStyle: { width: 2 },
        connectNulls: false,
      },
    ],
  };
}
