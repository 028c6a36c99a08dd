/** Creatives that are there twice: the same bytes, or pictures that look alike. */
import type { Caller, Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import { creativeRow, ownAdvertiser } from './creative.ts';
import { distanceOf } from './look.ts';

/** Bits of 64; pictures made anew in another format or weight differ in fewer. */
const alike = 6;

type Found = z.input<(typeof contract.creativeDuplicates)['reply']>['items'][number];

/** Other versions of the creative itself are none. Compared with the newest 20,000 of the house. */
export async function duplicatesOf(sql: Sql, caller: Caller, id: string): Promise<{ items: Found[] }> {
  const { family_id } = await creativeRow(sql, caller, id);
  const mine = await sql.one<{
    look: string | null;
    file_hash: string | null;
    width: number | null;
    height: number | null;
  }>('select look, file_hash, width, height from creatives where id = $1', [id]);
  const others = await sql.query<Omit<Found, 'same' | 'distance'> & { file_hash: string | null; look: string | null }>(
    `select c.id, c.name, a.name as advertiser_name, c.state, c.file_hash, c.look from creatives c join advertisers a on a.id = c.advertiser_id
     where c.org_id = $1 and c.family_id <> $2 and ($3::text is null or c.advertiser_id = $3) and (c.file_hash = $4 or c.look is not null)
     order by c.id desc limit 20000`,
    [caller.org_id, family_id, ownAdvertiser(caller), mine?.file_hash ?? null],
  );
  const items = others.flatMap(({ file_hash, look, ...one }): Found[] => {
    if (file_hash !== null && file_hash === mine?.file_hash) return [{ ...one, same: 'file', distance: 0 }];
    // A picture of few differences (one colour) looks like every other of its kind: it says nothing.
    if (!look || !mine?.look || isPlain(look)) return [];
    const distance = distanceOf(look, mine.look);
    return distance <= alike ? [{ ...one, same: 'look', distance }] : [];
  });
  return { items: items.toSorted((a, b) => a.distance - b.distance).slice(0, 50) };
}

const isPlain = (look: string): boolean => distanceOf(look, '0000000000000000') < 4;
