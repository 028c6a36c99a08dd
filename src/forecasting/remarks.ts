/** What answers say of themselves, in words; the codes are stable, and the screens have their own words for them. */
import type { Remark, SpaceWarning } from './contract.ts';
import type { Place } from './places.ts';
import type { PlaceForecast } from './place-forecast.ts';
import type { Profile } from './profile.ts';

/** Days of history without which there is no forecast. */
export const leastDays = 7;

/** What the forecasts of these placements rest on. */
export function basisOf(forecasts: readonly PlaceForecast[]): Remark[] {
  const fits = forecasts.flatMap(({ fit }) => fit ?? []);
  const basis: Remark[] = [];
  const add = (code: string, sentence: string, figures?: Record<string, number>) =>
    basis.push({ code, sentence, ...(figures ? { figures } : {}) });
  if (fits.length > 0) {
    const known = fits.map((fit) => fit.known);
    const [least, most] = [Math.min(...known), Math.max(...known)];
    add(
      'history',
      `${plural(fits.length, 'placement')} with ${least === most ? most : `${least} to ${most}`} days of requests, filled or not; level, trend and days of the week from these.`,
      { placements: fits.length, least, most },
    );
    const years = Math.max(...fits.map((fit) => fit.years));
    if (years > 0) add('year', `The shape of the year from ${plural(years, 'year')} past.`, { years });
    if (fits.some((fit) => fit.holidays))
      add('holidays', 'Public holidays as in the past, by the country of the site’s time zone.');
    const missing = fits.reduce((sum, fit) => sum + fit.missing, 0);
    if (missing > 0)
      add('missing-days', `${plural(missing, 'day')} without any request on the site left out.`, { days: missing });
    const outliers = fits.reduce((sum, fit) => sum + fit.outliers, 0);
    if (outliers > 0) add('outliers', `${plural(outliers, 'day')} far off the usual held back.`, { days: outliers });
    add(
      'range',
      'The range holds four days in five, from how far past forecasts were off; that of a total adds up the days’.',
    );
  }
  const young = forecasts.filter(({ source }) => source === 'analogy').length;
  if (young > 0)
    add('analogy', `${plural(young, 'placement')} by analogy with older placements of the same site: a rough figure.`, {
      placements: young,
    });
  return basis;
}

/** The warning of placements that have no week of history of their own; undefined when all have one. */
export function noForecast(
  places: readonly Place[],
  forecasts: ReadonlyMap<string, PlaceForecast>,
): SpaceWarning | undefined {
  const without = places.filter(({ id }) => forecasts.get(id)?.source !== 'history');
  if (without.length === 0) return undefined;
  const names = without.slice(0, 5).map(({ code, domain }) => `${code} of ${domain}`);
  const more = without.length > 5 ? ` and ${without.length - 5} more` : '';
  return {
    code: 'no-forecast',
    sentence: `Under ${leastDays} days of requests on ${names.join(', ')}${more}: there is no forecast for these placements yet.`,
  };
}

export const notMeasured = (keys: readonly string[]): SpaceWarning => ({
  code: 'targeting-not-measured',
  sentence: `${keys.join(', ')}: not recorded with requests, so that these conditions are not counted; the figures are upper bounds.`,
});

export const basisOfShare = (profiles: readonly Profile[]): Remark => {
  const audience = profiles.some(({ ofAudience }) => ofAudience);
  const counted = profiles.reduce((sum, one) => sum + one.counted, 0);
  return {
    code: 'targeting-share',
    sentence: `The part that fits the targeting was counted on ${plural(Math.round(counted), audience ? 'page view' : 'request')} of the last 28 days.`,
  };
};

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
