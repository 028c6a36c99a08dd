import type { Availability } from '#forecasting/contract';
import type { ChartColours } from '#platform/web';

type Names = Record<'booked' | 'held' | 'available' | 'forecast' | 'low' | 'high', string>;

/** What is taken and what is left of every day, stacked under the forecast and its range. */
export const dayChart =
  (
    days: Availability['days'],
    names: Names,
    write: { day: (date: string) => string; count: (value: number) => string },
  ) =>
  ({ ink, soft, line, surface, series }: ChartColours) => {
    const bar = (name: keyof Names, colour: string | undefined) => ({
      name: names[name],
      type: 'bar' as const,
      stack: 'day',
      barMaxWidth: 26,
      data: days.map((day) => day[name]),
      itemStyle: { color: colour },
    });
    const edge = (name: 'forecast' | 'low' | 'high', type: 'solid' | 'dotted') => ({
      name: names[name],
      type: 'line' as const,
      showSymbol: days.length === 1,
      symbolSize: 5,
      data: days.map((day) => day[name]),
      lineStyle: { color: ink, width: type === 'solid' ? 2 : 1, type },
      itemStyle: { color: ink },
    });
    return {
      textStyle: { fontFamily: 'inherit', color: soft },
      grid: { left: 8, right: 12, top: 48, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, right: 28, itemWidth: 12, itemHeight: 6, textStyle: { color: ink, fontSize: 11 } },
      tooltip: {
        trigger: 'axis' as const,
        backgroundColor: surface,
        borderColor: line,
        textStyle: { color: ink, fontSize: 12 },
        valueFormatter: (value: unknown) => (typeof value === 'number' ? write.count(value) : '–'),
      },
      xAxis: {
        type: 'category' as const,
        data: days.map(({ date }) => write.day(date)),
        axisLine: { lineStyle: { color: line } },
        axisTick: { show: false },
        axisLabel: { color: soft, hideOverlap: true, fontSize: 11 },
      },
      yAxis: {
        type: 'value' as const,
        splitNumber: 4,
        min: 0,
        splitLine: { lineStyle: { color: line } },
        axisLabel: { color: soft, fontSize: 11, formatter: write.count },
      },
      series: [
        bar('booked', series[0]),
        bar('held', series[1]),
        bar('available', series[3]),
        edge('forecast', 'solid'),
        edge('low', 'dotted'),
        edge('high', 'dotted'),
      ],
    };
  };
