/** Databases of addresses in MaxMind's format, written for tests. */

type Value = string | number | Value[] | { [name: string]: Value };

/** MaxMind DB file format 2.0, "Data section": a control byte, then the payload; numbers are written as uint32. */
function encoded(value: Value): Buffer {
  const control = (type: number, size: number) =>
    size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  // An array is type 11: extended, its type minus 7 in a byte of its own.
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 4]), ...value.map(encoded)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([name, one]) => [encoded(name), encoded(one)]),
  ]);
}

/** A database of version 4 networks with records of 24 bits. */
export function mmdbOf(networks: Record<string, Value>): Buffer {
  const nodes: (number | { data: number } | undefined)[][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let size = 0;
  for (const [network, value] of Object.entries(networks)) {
    const [address = '', bits = '32'] = network.split('/');
    const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    let at = 0;
    for (let bit = 0; bit < Number(bits); bit++) {
      const side = Math.floor(number / 2 ** (31 - bit)) % 2;
      const node = nodes[at] ?? [];
      const next = node[side];
      if (bit === Number(bits) - 1) node[side] = { data: size };
      else if (typeof next === 'number') at = next;
      else at = node[side] = nodes.push([undefined, undefined]) - 1;
    }
    const bytes = encoded(value);
    data.push(bytes);
    size += bytes.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries())
    for (const side of [0, 1]) {
      const one = node[side];
      const record = typeof one === 'number' ? one : one ? nodes.length + 16 + one.data : nodes.length;
      tree.writeUIntBE(record, index * 6 + side * 3, 3);
    }
  const about = encoded({
    node_count: nodes.length,
    record_size: 24,
    ip_version: 4,
    database_type: 'Test-City',
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_750_000_000,
    description: { en: 'Three places' },
  });
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, about]);
}
