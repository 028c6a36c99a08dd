/**
 * When an ad counts as seen: Media Rating Council's rule for display, as a state machine without a clock of its own.
 * Half of the pixels (30 % from 242,500 px² up) in the viewport of the tab in front, for one second without a break.
 */

export const viewableAfter = 1_000;

/** `since`: when the present unbroken view began, ms, or null. `done`: counted, for good. */
export type View = { readonly since: number | null; readonly done: boolean };

export const unseen: View = { since: null, done: false };

/** Share of the pixels that must be in the viewport; width and height in CSS pixels. */
export const shareNeeded = (width: number, height: number): number => (width * height >= 242_500 ? 0.3 : 0.5);

/**
 * The view after it was found in this state at `now` (ms on any steady clock). What was last seen is taken to have held until now,
 * so a drop noticed at 1,000 ms comes too late to undo the view and one at 999 ms does not.
 */
export function observe(view: View, now: number, isInView: boolean): View {
  if (view.done) return view;
  if (view.since !== null && now - view.since >= viewableAfter) return { since: view.since, done: true };
  return { since: isInView ? (view.since ?? now) : null, done: false };
}
