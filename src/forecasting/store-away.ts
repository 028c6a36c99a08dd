/** Telling an event store that is away or overloaded from a fault of ours. */

/** What the network says of a store that is not there. */
const away = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What the store itself says when it cannot answer now; every other answer of its is an error in the question. */
const busy = new Set([
  'MEMORY_LIMIT_EXCEEDED',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'NOT_ENOUGH_SPACE',
  'SERVER_OVERLOADED',
]);

/** Whether a question failed because the event store cannot be reached or has no room for it at this moment. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  const type: unknown = Reflect.get(error, 'type');
  if (typeof code === 'string' && away.has(code)) return true;
  if (typeof type === 'string' && busy.has(type)) return true;
  // The client's own words for a request that took too long and for a socket that was closed under it.
  return /^(Timeout error\.|socket hang up)/.test(error.message) || isStoreAway(error.cause);
}
