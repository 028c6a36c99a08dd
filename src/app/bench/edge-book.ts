/** A publisher of some size for the benches: live line items (1,000 unless said) of all types on 100 placements, most of them targeted. */
import type { Book, BookLine } from '#delivery/contract';
import type { TargetingCondition, TargetingGroup } from '#inventory/contract';

export const benchDomain = 'bench.example';
export const placementCount = 100;
const sizes = ['300x250', '728x90', '300x600', '970x250', '320x50'] as const;
const day = 86_400_000;

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('an empty list has no item');
  return found;
};

export function benchBook(now: number, lineCount = 1000, placeCount = placementCount): Book {
  const placements = Array.from({ length: placeCount }, (_, i) => ({
    id: `pl_${i}`,
    org_id: 'org_1',
    site_id: 'site_1',
    section_id: i % 3 === 0 ? `sec_${i % 8}` : null,
    code: `place-${i}`,
    formats: [at(sizes, i), at(sizes, i + 1)],
    floor: i % 4 === 0 ? { amount: 30, currency: 'EUR' } : null,
  }));
  return {
    version: 'bench',
    compiled_at: new Date(now).toISOString(),
    sites: [
      {
        id: 'site_1',
        number: 1,
        org_id: 'org_1',
        domain: benchDomain,
        time_zone: 'Europe/Paris',
        currency: 'EUR',
        mode: 'exempt',
        sections: Array.from({ length: 8 }, (_, i) => ({ id: `sec_${i}`, path: `/section-${i}` })),
      },
    ],
    placements,
    lines: Array.from({ length: lineCount }, (_, i) =>
      lineOf(i, now, { placeCount, kind: lineCount < 100 ? i : Math.floor(i / 10) }),
    ),
    creatives: Array.from({ length: lineCount }, (_, i) => {
      const [width = 300, height = 250] = at(sizes, i).split('x').map(Number);
      return {
        id: `cr_01k8bench${String(i).padStart(8, '0')}`,
        kind: 'image' as const,
        name: `Creative ${i}`,
        width,
        height,
        landing_url: `https://advertiser-${i % 50}.example/offer?utm_source=bench`,
        file_hash: String(i).padStart(64, 'a'),
        media_type: 'image/png',
        content: null,
      };
    }),
    keys: [],
    signing_keys: [{ id: 1, key: Buffer.alloc(32, 5).toString('base64url') }],
    salts: Object.fromEntries(
      [-1, 0, 1].map((n) => [
        new Date(now + n * day).toISOString().slice(0, 10),
        Buffer.alloc(16, 3).toString('base64'),
      ]),
    ),
    delivered: {},
    traffic: {},
  };
}

/** `kind`: which of the ten types it is, round and round. */
function lineOf(i: number, now: number, { placeCount, kind }: { placeCount: number; kind: number }): BookLine {
  const type = at(
    [
      'sponsorship',
      'standard',
      'standard',
      'standard',
      'bulk',
      'network',
      'price_priority',
      'price_priority',
      'price_priority',
      'house',
    ] as const,
    kind,
  );
  const goal =
    type === 'sponsorship'
      ? { unit: 'share' as const, quantity: 2 }
      : {
          unit: 'impressions' as const,
          quantity: type === 'price_priority' || type === 'house' ? 0 : 200_000 + i * 1000,
        };
  return {
    id: `li_01k8bench${String(i).padStart(8, '0')}`,
    org_id: 'org_1',
    order_id: `ord_01k8bench${String(i % 200).padStart(8, '0')}`,
    advertiser_id: `adv_01k8bench${String(i % 50).padStart(8, '0')}`,
    advertiser: `Advertiser ${i % 50}`,
    side: 'sell',
    name: `Line item ${i}`,
    type,
    priority: {
      sponsorship: 4,
      standard: at([6, 8, 10], i >> 2),
      bulk: 12,
      network: 12,
      price_priority: 12,
      house: 16,
    }[type],
    serves: true,
    goal,
    rate: { model: type === 'price_priority' && i % 3 === 0 ? 'cpc' : 'cpm', amount: 40 + (i % 400), currency: 'EUR' },
    start: new Date(now - 10 * day).toISOString(),
    end: new Date(now + 20 * day).toISOString(),
    // Ten placements whose sizes include the creative's.
    placements: Array.from({ length: 10 }, (_, n) => `pl_${(i + n * 10) % placeCount}`),
    sizes: [],
    targeting: targetingOf(i, type === 'house'),
    frequency_caps: i % 5 === 0 ? [{ count: 3, per: 'day' }] : [],
    pacing: 'even',
    roadblock: 'one_or_more',
    exclusion_labels: i % 10 === 0 ? ['cars'] : [],
    rotation: 'even',
    creatives: [{ id: `cr_01k8bench${String(i).padStart(8, '0')}`, weight: 100, start: null, end: null }],
  };
}

function targetingOf(i: number, isOpen: boolean): TargetingGroup | null {
  if (isOpen || i % 7 === 0) return null;
  const and: (TargetingGroup | TargetingCondition)[] = [];
  if (i % 2 === 0) and.push({ key: 'geo.country', in: i % 4 === 0 ? ['FR', 'BE', 'CH'] : ['FR'] });
  if (i % 3 === 0) and.push({ key: 'device', in: [at(['phone', 'desktop', 'tablet'], i >> 2)] });
  if (i % 5 === 0) and.push({ key: 'section', in: [`sec_${i % 8}`, `sec_${(i + 3) % 8}`] });
  if (i % 4 === 1) and.push({ key: 'kv.topic', in: [`topic-${i % 20}`, `topic-${(i + 7) % 20}`] });
  if (i % 10 === 3) and.push({ key: 'browser', not_in: ['Firefox'] });
  if (i % 11 === 0)
    and.push({
      or: [
        { key: 'language', in: ['fr'] },
        { key: 'kv.mood', in: ['calm'] },
      ],
    });
  return and.length > 0 ? { and } : null;
}
