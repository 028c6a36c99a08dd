/** What every organisation starts with: the IAB New Ad Portfolio's fixed sizes (2017) with their weights, and the usual kinds. */
import { newId, type Sql } from '#platform';

type Line = [code: string, name: string, kind: string, initialKb: number | null, subloadKb: number | null];

/** Largest initial load and subload in kB; null where the IAB's table gives none (300x600 is not one of its fixed sizes). */
export const defaultFormats: readonly Line[] = [
  ['300x250', 'Medium rectangle', 'display', 150, 300],
  ['728x90', 'Leaderboard', 'display', 150, 300],
  ['970x250', 'Billboard', 'display', 250, 500],
  ['970x90', 'Super leaderboard', 'display', 200, 400],
  ['160x600', 'Skyscraper', 'display', 150, 300],
  ['300x600', 'Half page', 'display', null, null],
  ['300x1050', 'Portrait', 'display', 250, 500],
  ['320x50', 'Smartphone banner', 'display', 50, 100],
  ['300x50', 'Smartphone banner, small', 'display', 50, 100],
  ['120x60', 'Button', 'display', 150, 300],
  ['640x1136', 'Mobile interstitial', 'interstitial', 300, 600],
  ['750x1334', 'Mobile interstitial, large', 'interstitial', 300, 600],
  ['1080x1920', 'Mobile interstitial, full HD', 'interstitial', 300, 600],
  ['120x20', 'Feature phone, small', 'display', 5, null],
  ['168x28', 'Feature phone, medium', 'display', 5, null],
  ['216x36', 'Feature phone, large', 'display', 5, null],
  ['interstitial', 'Interstitial', 'interstitial', 300, 600],
  ['native', 'Native', 'native', null, null],
  ['video', 'Video', 'video', null, null],
  ['text', 'Text link', 'text', null, null],
];

/** Gives an organisation the default formats, in the transaction that makes it. */
export async function createDefaultFormats(tx: Sql, org_id: string): Promise<void> {
  for (const [code, name, kind, initialKb, subloadKb] of defaultFormats) {
    const [width = null, height = null] = /^\d+x\d+$/.test(code) ? code.split('x').map(Number) : [];
    await tx.query(
      `insert into formats (id, org_id, code, name, kind, width, height, max_initial_kb, max_subload_kb)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (org_id, code) do nothing`,
      [newId('fmt'), org_id, code, name, kind, width, height, initialKb, subloadKb],
    );
  }
}
