import { useEffect, useState } from 'react';
import { live, LiveFigures } from '#analytics/contract';

export type Live = { figures: LiveFigures | undefined; heardAt: number | undefined; isLate: boolean };

/** Nothing heard for this long, heartbeats included, and the figures are called late. */
const lateAfterMs = 15_000;

/** The figures of this moment, as the server sends them. The browser opens the stream again by itself when it breaks. */
export const useLive = (site?: string): Live => {
  const [figures, setFigures] = useState<LiveFigures>();
  const [heardAt, setHeardAt] = useState<number>();
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    let heard = Date.now();
    let again: ReturnType<typeof setTimeout> | undefined;
    let source: EventSource;
    const hear = () => {
      heard = Date.now();
      setHeardAt(heard);
      setIsLate(false);
    };
    const open = () => {
      source = new EventSource(site ? `${live.path}?site_id=${encodeURIComponent(site)}` : live.path);
      source.addEventListener('figures', (event) => {
        hear();
        const parsed = LiveFigures.safeParse(parseJson(event.data));
        if (parsed.success) setFigures(parsed.data);
      });
      source.addEventListener('heartbeat', hear);
      source.addEventListener('error', () => {
        // A refused stream is closed for good by the browser: try again in a while, the session may be back.
        if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 5_000);
      });
    };
    open();
    const watch = setInterval(() => setIsLate(Date.now() - heard > lateAfterMs), 2_000);
    return () => {
      source.close();
      clearTimeout(again);
      clearInterval(watch);
    };
  }, [site]);
  return { figures, heardAt, isLate };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
