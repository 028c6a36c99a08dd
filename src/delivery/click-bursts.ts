/**
 * Clicks of one reader on one line item that no reader makes: more than ten in a minute. Only readers with an identifier are told
 * apart: behind one address there may be many.
 */

const windowMs = 60_000;
const mostClicks = 10;
const mostReaders = 20_000;

export type ClickBursts = {
  /** Notes a click; true when it is one too many. */
  isBurst(reader: string, line: number, at: number): boolean;
};

export function openClickBursts(): ClickBursts {
  let recent = new Map<string, number[]>();
  return {
    isBurst(reader, line, at) {
      const key = `${line} ${reader}`;
      const clicks = (recent.get(key) ?? []).filter((time) => time > at - windowMs && time <= at);
      clicks.push(at);
      if (clicks.length > mostClicks + 1) clicks.shift();
      recent.delete(key);
      recent.set(key, clicks);
      // The oldest are first: a map keeps the order in which its keys came.
      if (recent.size > mostReaders) recent = new Map([...recent].slice(mostReaders / 2));
      return clicks.length > mostClicks;
    },
  };
}
