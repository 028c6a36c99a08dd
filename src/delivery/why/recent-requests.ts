/** What asked for the placements of a line lately: by placement, country and device, as edges counted it. */
import type { Events } from '#platform';

export type AskedFor = { placement_id: string; country: string; device: string; requests: number };

/** Of the last hour; where that had none, of an hour of the last seven days. */
export async function readAskedFor(
  events: Pick<Events, 'query'>,
  { org_id, placements, now }: { org_id: string; placements: readonly string[]; now: Date },
): Promise<AskedFor[]> {
  const since = async (hours: number) => {
    const rows = await events.query<AskedFor>(
      `select placement_id, country, device, toFloat64(sum(ad_requests.requests)) as requests from ad_requests
        where org_id = {org:String} and placement_id in {placements:Array(String)}
          and local_date >= toDate(toDateTime({from:UInt32}) - 86400) and at >= toDateTime({from:UInt32})
        group by placement_id, country, device order by requests desc, placement_id, country, device limit 500`,
      { org: org_id, placements, from: Math.floor(now.getTime() / 1000) - hours * 3600 },
    );
    return rows
      .map((row) => ({ ...row, requests: Number(row.requests) / hours }))
      .filter(({ requests }) => requests > 0);
  };
  const lately = await since(1);
  return lately.length > 0 ? lately : since(168);
}
