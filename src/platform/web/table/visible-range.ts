/** Which rows of a long list are worth drawing: those on screen and `overscan` more on each side. Pixels in, row indices out (`end` exclusive). */
export const visibleRange = (view: {
  scrollTop: number;
  height: number;
  rowHeight: number;
  count: number;
  overscan?: number;
}) => {
  const overscan = view.overscan ?? 8;
  const first = Math.floor(Math.max(0, view.scrollTop) / view.rowHeight);
  const shown = Math.ceil(view.height / view.rowHeight);
  const start = Math.max(0, Math.min(first - overscan, view.count));
  const end = Math.max(start, Math.min(view.count, first + shown + overscan));
  return { start, end, before: start * view.rowHeight, after: (view.count - end) * view.rowHeight };
};
