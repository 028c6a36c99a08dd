/** Lines of a media plan that are bought elsewhere: the address their ads lead to. Pure. */
import type { Push } from './contract.ts';

/** The landing address with the UTM tags of a push over those it had; empty without a landing page. */
export function trackedLink({ landing_url, utm }: Pick<Push, 'landing_url' | 'utm'>): string {
  if (landing_url === '') return '';
  const url = new URL(landing_url);
  for (const [name, value] of Object.entries(utm)) if (value !== '') url.searchParams.set(`utm_${name}`, value);
  return url.href;
}
