import { Refusal, type Caller, type Sql } from '#platform';
import type { Side } from './contract.ts';

type Place = {
  id: string;
  code: string;
  domain: string;
  kind: 'own' | 'external';
  publisher_id: string | null;
  formats: string[];
};

/**
 * Whether the placements exist, lie on the right side of the trade (own sites are sold, external ones bought, of the
 * order's publisher where it names one) and take the asked sizes. Answers the formats that the line may fill.
 */
export async function checkPlaces(
  sql: Sql,
  caller: Caller,
  terms: { placements: readonly string[]; sizes: readonly string[] },
  order: { side: Side; publisher_id: string | null },
): Promise<{ formats: string[] }> {
  const places = await sql.query<Place>(
    `select p.id, p.code, s.domain, s.kind, s.publisher_id, p.formats from placements p join sites s on s.id = p.site_id
     where p.org_id = $1 and p.id = any($2) for key share of p`,
    [caller.org_id, terms.placements],
  );
  const known = new Map(places.map((place) => [place.id, place]));
  for (const id of terms.placements) {
    const place = known.get(id);
    if (!place) throw new Refusal('not-found', `placements: there is no placement ${id}.`, { field: 'placements' });
    checkSide(place, order);
  }

  const offered = [...new Set(places.flatMap((place) => place.formats))];
  for (const size of terms.sizes) {
    if (!offered.includes(size))
      refuse('sizes', `none of the placements takes ${size}; they take ${offered.join(', ')}`);
  }
  const idle =
    terms.sizes.length > 0 && places.find((place) => !place.formats.some((format) => terms.sizes.includes(format)));
  if (idle) refuse('placements', `${idle.code} of ${idle.domain} takes none of the sizes ${terms.sizes.join(', ')}`);
  return { formats: terms.sizes.length > 0 ? [...terms.sizes] : offered };
}

function checkSide(place: Place, order: { side: Side; publisher_id: string | null }): void {
  const where = `${place.code} of ${place.domain}`;
  if (order.side === 'sell' && place.kind !== 'own')
    refuse('placements', `${where} is on an external site, which a sold order cannot use`);
  if (order.side === 'buy' && place.kind !== 'external')
    refuse('placements', `${where} is on an own site, which is not bought`);
  if (order.publisher_id !== null && place.publisher_id !== null && place.publisher_id !== order.publisher_id) {
    refuse('placements', `${where} belongs to another publisher than the order's`);
  }
}

function refuse(field: string, why: string): never {
  throw new Refusal('bad-input', `${field}: ${why}.`, { field });
}
