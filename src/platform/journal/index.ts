export { type CrashPoint, type Journal, type JournalOptions, openJournal } from './journal.ts';
export type { Position } from './segments.ts';
export type { Batch, Send, Shipper } from './shipper.ts';
