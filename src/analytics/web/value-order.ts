import { dimensionOf } from '#analytics/contract';

const hasOrder = (dimension: string): boolean =>
  dimension.startsWith('time') || dimension === 'visit:hour' || dimension === 'visit:weekday';

/** How values of a dimension follow each other by nature: hours, weekdays, classes of a number. Undefined where they have no order. */
export const naturalOrder = (dimension: string): ((a: string, b: string) => number) | undefined => {
  const classes: readonly string[] | undefined = dimensionOf(dimension)?.values;
  if (classes) return (a, b) => classes.indexOf(a) - classes.indexOf(b);
  return hasOrder(dimension) ? (a, b) => (a < b ? -1 : a > b ? 1 : 0) : undefined;
};
