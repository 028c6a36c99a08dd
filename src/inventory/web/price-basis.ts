/** The basis of a price's step, as the server writes it ("120000 impressions × 1500 / 1000"), with amounts and numbers of the screen. Pure. */
type Writer = { number: (value: number) => string; money: (minor: number) => string };
type Words = {
  units: Record<string, string>;
  perThousand: string;
  flat: string;
  of: string;
  onDays: (own: string, all: string) => string;
  atLeast: string;
  grossFrom: string;
  insertionsFrom: (count: string, from: string) => string;
};

/** What is written in no known way is shown as it came. */
export function basisText(basis: string, words: Words, { number, money }: Writer): string {
  const base = /^(\d+) ([a-z ]+) × (\d+)( \/ 1000)?$/.exec(basis);
  if (base) {
    const [, count, unit = '', rate, thousand] = base;
    return `${number(Number(count))} ${words.units[unit] ?? unit} × ${money(Number(rate))}${thousand ? ` ${words.perThousand}` : ''}`;
  }
  const flat = /^flat (\d+)$/.exec(basis);
  if (flat) return `${words.flat} ${money(Number(flat[1]))}`;
  const least = /^at least (\d+)$/.exec(basis);
  if (least) return `${words.atLeast} ${money(Number(least[1]))}`;
  const part = /^(-?[\d.]+) % of (\d+)(.*)$/.exec(basis);
  if (!part) return basis;
  const [, percent, amount, rest = ''] = part;
  const said = `${number(Number(percent))} % ${words.of} ${money(Number(amount))}`;
  const days = /^ on (\d+) of (\d+) days$/.exec(rest);
  if (days) return `${said} ${words.onDays(number(Number(days[1])), number(Number(days[2])))}`;
  const gross = /^, gross from (\d+)$/.exec(rest);
  if (gross) return `${said}, ${words.grossFrom} ${money(Number(gross[1]))}`;
  const insertions = /^, (\d+) insertions, given from (\d+)$/.exec(rest);
  if (insertions)
    return `${said}, ${words.insertionsFrom(number(Number(insertions[1])), number(Number(insertions[2])))}`;
  return rest === '' ? said : basis;
}
