/** What the tag and the edge say to each other: the parts of the public contract that a page uses. */

/** `tcf`: an IAB TCF string. `ads`: a plain yes or no to advertising with an identifier. */
export type Consent = { tcf: string } | { ads: boolean };

/** Body of `POST /e`, sent as text/plain so that no preflight is needed. */
export type Hit = {
  /** Random; the edge counts an id once. */
  id: string;
  site: string;
  /** `pageview` when absent; `engagement` is the tag's own. */
  name?: string;
  url: string;
  referrer?: string;
  props?: Record<string, string | number | boolean>;
  revenue?: { amount: number; currency: string };
  /** Milliseconds of visible and focused time since the last engagement hit of this page view: to be added up. */
  engaged_ms?: number;
  /** Deepest part of the page that was seen so far in this page view, 0–100: the greatest counts. */
  scroll?: number;
  language?: string;
  /** Of the viewport, CSS pixels. */
  width?: number;
  consent?: Consent;
  /** First-party identifier: only with consent. */
  visitor_id?: string;
  /** Web vitals of the page, once, on an engagement hit: milliseconds, milliseconds, and the shift as browsers report it. */
  vitals?: { lcp?: number; inp?: number; cls?: number };
};

/** Body of `POST /v1/decisions`. */
export type DecisionsRequest = {
  site: string;
  url: string;
  referrer?: string;
  placements: { code: string; sizes?: string[] }[];
  kv?: Record<string, string[]>;
  visitor_id?: string;
  /** BCP 47, as the page says it. */
  language?: string;
  /** Line items in the placements that are not asked for now. */
  on_page?: string[];
  consent?: Consent;
};

export type Decision = {
  id: string;
  placement: string;
  line_item: string | null;
  creative?: { id: string; kind: string; width?: number | null; height?: number | null; markup?: string } | null;
  impression_url?: string | null;
  viewable_url?: string | null;
  reason?: string;
};

export type DecisionsReply = { decisions: Decision[] };
