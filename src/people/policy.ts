/** Who may do what: one line per right, read by the server, the screens and the test that walks every route. */

export const roles = ['admin', 'traffic_manager', 'sales', 'studio', 'analyst', 'client'] as const;
export type Role = (typeof roles)[number];

const everyone = roles;
const staff = ['admin', 'traffic_manager', 'sales', 'studio', 'analyst'] as const;
const traders = ['admin', 'traffic_manager', 'sales'] as const;
const operators = ['admin', 'traffic_manager'] as const;

/**
 * Right → the roles that hold it. A client only reads, and only what belongs to its own advertiser:
 * the rule of the right opens the door, the query narrows what is behind it.
 */
export const rights = {
  'people.read': staff,
  'people.manage': ['admin'],
  'keys.manage': ['admin'],
  'audit.read': operators,
  'comments.read': staff,
  'comments.write': staff,
  'advertisers.read': everyone,
  'advertisers.write': traders,
  'publishers.read': staff,
  'publishers.write': traders,
  'contacts.read': staff,
  'contacts.write': traders,
  'inventory.read': staff,
  'inventory.write': operators,
  'rate-cards.read': traders,
  'rate-cards.write': traders,
  'campaigns.read': everyone,
  'campaigns.write': traders,
  'campaigns.book': traders,
  'campaigns.overbook': operators,
  'proposals.read': traders,
  'proposals.approve': operators,
  'creatives.read': everyone,
  'creatives.write': ['admin', 'traffic_manager', 'sales', 'studio'],
  'creatives.approve': operators,
  'delivery.read': staff,
  'delivery.write': operators,
  'forecast.read': traders,
  'analytics.read': everyone,
  'audience.read': staff,
  'goals.write': ['admin', 'traffic_manager', 'analyst'],
  'live.read': everyone,
  'reports.read': everyone,
  'reports.write': ['admin', 'traffic_manager', 'sales', 'analyst'],
  'alerts.read': staff,
  'alerts.write': operators,
  'ingest.write': operators,
  'imports.write': operators,
  'links.read': staff,
  'links.write': ['admin', 'traffic_manager', 'sales', 'analyst'],
  'costs.write': ['admin', 'traffic_manager', 'analyst'],
  'data.export': operators,
  'privacy.read': staff,
  'privacy.manage': operators,
  'seo.read': staff,
  'seo.write': ['admin', 'traffic_manager', 'analyst'],
  'watch.read': staff,
  'watch.write': ['admin', 'traffic_manager', 'analyst'],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof rights;

export const isRight = (name: string): name is Right => Object.hasOwn(rights, name);

/** Whether a role holds a right; an unknown role holds nothing, and an unknown right is held by nobody. */
export function may(role: string, right: string): boolean {
  if (!isRight(right)) return false;
  const holders: readonly string[] = rights[right];
  return holders.includes(role);
}

/** Every right that a role holds, for the screens to know what to offer. */
export const rightsOf = (role: string): Right[] =>
  Object.keys(rights)
    .filter((name) => isRight(name))
    .filter((right) => may(role, right));
