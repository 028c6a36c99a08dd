/** A past of ad requests for tests: so many a day, at fixed hours, from given countries and devices. */
import type { Events } from '#platform';
import { dateOf, dayOf } from './day.ts';

export type Past = {
  org_id?: string;
  site_id: string;
  placement_id: string;
  /** Local days, both included. */
  from: string;
  to: string;
  /** Requests of a day; none where 0. */
  perDay: (day: number) => number;
  /** Parts of the requests; they should add up to 1. */
  mix?: { country: string; device: string; part: number }[];
  /** Local hours over which a day's requests are spread evenly. */
  hours?: number[];
};

/** Inserts the rows that an edge would have shipped; the wall clock stands for UTC as well. */
export async function insertPast(events: Events, pasts: readonly Past[]): Promise<void> {
  for (const past of pasts) {
    const { org_id = 'org_test', mix = [{ country: 'FR', device: 'desktop', part: 1 }], hours = [6, 12, 18] } = past;
    const rows: object[] = [];
    for (let day = dayOf(past.from); day <= dayOf(past.to); day++) {
      const total = past.perDay(day);
      for (const { country, device, part } of mix) {
        for (const hour of hours) {
          const requests = Math.round((total * part) / hours.length);
          if (requests === 0) continue;
          const time = `${dateOf(day)} ${String(hour).padStart(2, '0')}:00:00`;
          rows.push({
            org_id,
            site_id: past.site_id,
            placement_id: past.placement_id,
            at: time,
            local_time: time,
            country,
            device,
            requests,
            filled: Math.floor(requests / 2),
          });
        }
      }
    }
    if (rows.length > 0)
      await events.insert('ad_requests', rows, { token: `past:${past.placement_id}:${past.from}:${past.to}` });
  }
}
