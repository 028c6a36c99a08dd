/** Every public address of the edge: what answers it is looked up here, and so is what the test of roles walks. */

type Address = { path: string; methods: readonly string[] };

const get = ['GET', 'HEAD'];
const beacon = ['GET', 'POST'];

/** `:x` is the rest of the path. Preflights (OPTIONS) are answered everywhere. */
export const edgeAddresses = {
  decisions: { path: '/v1/decisions', methods: ['POST'] },
  impression: { path: '/i/:token', methods: beacon },
  viewable: { path: '/w/:token', methods: beacon },
  click: { path: '/c/:token', methods: beacon },
  collect: { path: '/e', methods: ['POST'] },
  event: { path: '/api/event', methods: ['POST'] },
  matomo: { path: '/matomo.php', methods: beacon },
  piwik: { path: '/piwik.php', methods: beacon },
  sideEvent: { path: '/t/:token', methods: beacon },
  vast: { path: '/vast', methods: get },
  auction: { path: '/openrtb2/auction', methods: ['POST'] },
  why: { path: '/why/:token', methods: get },
  whyIcon: { path: '/why.svg', methods: get },
  sellers: { path: '/sellers.json', methods: get },
  adsTxt: { path: '/ads.txt', methods: get },
  health: { path: '/health', methods: get },
  tag: { path: '/vigie.:name', methods: get },
  creative: { path: '/creatives/:file', methods: get },
  frame: { path: '/v1/frame/:code', methods: get },
  image: { path: '/v1/image/:code', methods: ['GET'] },
  imageClick: { path: '/v1/image-click/:code', methods: ['GET'] },
  demo: { path: '/demo/:page', methods: get },
} as const satisfies Record<string, Address>;

export type EdgeAddress = keyof typeof edgeAddresses;

const named = Object.entries(edgeAddresses) as [EdgeAddress, Address][];
const whole = new Map(named.filter(([, { path }]) => !path.includes(':')).map(([name, { path }]) => [path, name]));
const begun = named
  .filter(([, { path }]) => path.includes(':'))
  .map(([name, { path }]) => ({ name, start: path.slice(0, path.indexOf(':')) }));

/** Which address a path is, or undefined; the path without its query. */
export function edgeAddressOf(path: string): EdgeAddress | undefined {
  const known = whole.get(path);
  if (known) return known;
  for (const { name, start } of begun) if (path.startsWith(start)) return name;
  return undefined;
}

export const methodsOf = (address: EdgeAddress): readonly string[] => edgeAddresses[address].methods;

export const takes = (address: EdgeAddress, method: string): boolean => methodsOf(address).includes(method);
