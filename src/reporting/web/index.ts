/** What screens may use of reporting: the options of the charts, so that a report's chart and the screen's are the same. */
export { type ChartInk, type DailyChart, dailyChart, paper } from '../charts/daily.ts';
