/** Delivery so far against what was due, day after day. Pure, as the daily chart. */
import type { EChartsOption } from 'echarts';
import { type ChartInk, days, legend, paper, values } from './daily.ts';

export type PaceChart = {
  labels: readonly string[];
  /** Running totals; null for days still to come. */
  delivered: readonly (number | null)[];
  due: readonly number[];
  names: { delivered: string; due: string };
  number: (value: number) => string;
};

export function paceChart(chart: PaceChart, ink: ChartInk = paper): EChartsOption {
  return {
    animation: false,
    color: [ink.primary, ink.tertiary],
    textStyle: { fontFamily: ink.font },
    legend: legend(ink),
    tooltip: { trigger: 'axis' },
    grid: { left: 4, right: 16, top: 34, bottom: 2, containLabel: true },
    xAxis: { ...days(chart.labels, ink), boundaryGap: false },
    yAxis: { ...values(chart.number, ink), minInterval: 1 },
    series: [
      { name: chart.names.delivered, type: 'line', data: [...chart.delivered], showSymbol: false, lineStyle: { width: 2.5 }, areaStyle: { opacity: 0.12 } },
      { name: chart.names.due, type: 'line', data: [...chart.due], showSymbol: false, lineStyle: { width: 1.5, type: 'dashed' } },
    ],
  };
}
