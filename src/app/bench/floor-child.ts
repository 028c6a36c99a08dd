/** What node:http can do at most with such requests: reads the body, answers the same bytes each time. */
import { createServer } from 'node:http';

const { status, body, headers }: { status: number; body: string; headers: Record<string, string> } = JSON.parse(
  process.argv[2] ?? '{}',
);
const bytes = String(Buffer.byteLength(body));

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(status, { ...headers, 'content-length': bytes });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', 1024, () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
