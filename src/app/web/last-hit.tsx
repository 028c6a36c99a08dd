import { liveSnapshot, query } from '#analytics/contract';
import type { Site } from '#inventory/contract';
import { addDays, dayIn, useFormat, useNow, useRoute, useWords } from '#platform/web';
import { messages } from './messages.ts';

/** When the site's tag was last heard: to the minute within the half hour, else by the day. */
export const LastHit = ({ site }: { site: Site }) => {
  const words = useWords(messages);
  const format = useFormat();
  const now = useRoute(liveSnapshot, { site_id: site.id }, { every: 10_000 });
  const minute = now.data?.audience?.minutes.findLast(({ pageviews }) => pageviews > 0)?.minute;
  const today = dayIn(site.time_zone, useNow());
  const days = useRoute(
    query,
    {
      site_id: site.id,
      metrics: ['pageviews'],
      date_range: [addDays(today, -30), today],
      dimensions: ['time:day'],
      order_by: [['time:day', 'desc']],
      pagination: { limit: 1 },
    },
    { enabled: now.data !== undefined && !minute },
  );
  if (minute) return format.moment(minute);
  if (!now.data || !days.data) return '…';
  const day = days.data.results[0]?.dimensions[0];
  return day ? format.day(day) : words.noHitYet;
};
