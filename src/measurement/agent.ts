/** What a user agent is: a machine or a person's device. Remembered, since a site sees the same few thousand. */
import { botOf } from './bot.ts';
import { cached } from './bounded-cache.ts';
import type { Bot, Device } from './contract.ts';
import { deviceOf } from './device.ts';

export type Agent = {
  bot: Bot | null;
  device: Device;
  /** The device's columns of a row, as the inside of a JSON object. */
  columns: string;
};

export const agentOf: (userAgent: string) => Agent = cached((userAgent) => {
  const device = deviceOf(userAgent);
  return { bot: botOf(userAgent), device, columns: columnsOf(device) };
}, 10_000);

/** The same agent on what is known better of its device. */
export const withDevice = ({ bot }: Agent, device: Device): Agent => ({ bot, device, columns: columnsOf(device) });

/** Hits that come without saying which agent made them (a server's own events, the common log format). */
export const unknownAgent: Agent = { bot: null, device: deviceOf(''), columns: '' };

function columnsOf({ type, ...rest }: Device): string {
  return insideOf({ device: type, ...rest });
}

/** `{a: 'x', b: ''}` → `,"a":"x"`: empty texts are left to the columns' defaults. */
export function insideOf(texts: Readonly<Record<string, string>>): string {
  let inside = '';
  for (const [name, text] of Object.entries(texts)) if (text !== '') inside += `,"${name}":${JSON.stringify(text)}`;
  return inside;
}
