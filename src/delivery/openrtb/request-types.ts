/** The kinds of values of OpenRTB 2.6. Objects stay open, as the specification wants: unknown fields are passed over. */
import * as z from 'zod';

export const Flag = z.union([z.literal(0), z.literal(1)], 'must be 0 or 1');
export const Text = z.string().max(4096);
export const Id = z.string().min(1).max(512);
export const Strings = z.array(Text).max(5000);
export const Integer = z.int();
export const Integers = z.array(z.int()).max(500);
export const Count = z.int().min(0);
export const Pixels = z.int().min(0).max(100_000);
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR');
export const Price = z.number().min(0).max(1e9);
export const Ext = z.looseObject({}).optional();
