/** Routes as data, and the shapes that every domain shares. Read by the server, the web app and the OpenAPI document alike. */
import * as z from 'zod';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export type Route = {
  method: Method;
  path: `/${string}`;
  /** The right a caller must hold (one line each in people's policy). Required, so that no route is open by omission. */
  can: string;
  /** Path parameters, query and body together: one flat, strict input. */
  input: z.ZodObject;
  reply: z.ZodType;
  summary: string;
  /** Status of a success; 200 unless said otherwise. */
  status?: 200 | 201 | 202 | 204;
  /** `json` unless said otherwise: `upload` takes multipart, `file` answers bytes, `stream` answers server-sent events. */
  kind?: 'json' | 'upload' | 'file' | 'stream';
};

export const route = <const R extends Route>(r: R): R => r;

export const Id = z.string().min(1).max(64);

/** Integer minor units (cents) with an ISO 4217 currency. */
export const Money = z.strictObject({
  amount: z.int().min(-1e15).max(1e15),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'),
});
export type Money = z.infer<typeof Money>;

/** ISO 8601 with an offset. */
export const Timestamp = z.iso.datetime({ offset: true });

/** A day of a site's calendar, YYYY-MM-DD. */
export const LocalDate = z.iso.date();

export const Name = z.string().trim().min(1).max(200);

/** What every list takes: at most 200 items at a time, `cursor` from the `next` of the reply before. */
export const ListInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
});

/**
 * What a list that can be sorted takes besides: the name of a column, with a minus for the largest first. A `cursor` belongs to the
 * order it came from.
 */
export const sorted = <const T extends readonly [string, ...string[]]>(columns: T) => ({
  order_by: z
    .enum([...columns, ...columns.map((name) => `-${name}`)], {
      error: `must be one of ${columns.join(', ')}, with a minus to turn it round`,
    })
    .optional(),
});

/** A file of a list has at most this many rows; the oldest are left out. */
export const mostExported = 100_000;

export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

export const IdInput = z.strictObject({ id: Id });
export const Nothing = z.strictObject({});

/** RFC 9457 problem details, as every refusal is answered. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  field: z.string().optional(),
});
