/** The list of domains, in the order of the house: their routes and jobs, put together here and nowhere else. */
import * as analytics from '#analytics';
import * as campaigns from '#campaigns';
import * as creatives from '#creatives';
import * as delivery from '#delivery';
import * as forecasting from '#forecasting';
import * as inventory from '#inventory';
import * as measurement from '#measurement';
import * as people from '#people';
import * as reporting from '#reporting';
import * as seo from '#seo';
import { tagsOf } from '#tag';
import { deriveKey, type Job, type Served } from '#platform';
import type { House } from './house.ts';

/** Every route of the API. The test that walks all roles through all routes reads this list. */
export const apiRoutes = ({
  countryOf,
  placeOf,
  secret,
  edgeUrl = 'http://localhost:4001',
  url = 'http://localhost:4000',
  recent = delivery.openRecentReasons(Date.now),
  uploads,
  searchConsoleKey,
  retentionMonths,
}: {
  countryOf: measurement.CountryOf;
  placeOf?: measurement.PlaceOf | undefined;
  secret: string;
  edgeUrl?: string;
  /** Where pages are read from. */
  url?: string;
  /** What edges told of the last hour. */
  recent?: delivery.RecentReasons;
  /** Where resumable uploads lie until they become creatives. */
  uploads?: creatives.Uploads;
  /** Key file of a service account that may read Search Console. */
  searchConsoleKey?: string | undefined;
  retentionMonths?: number | undefined;
}): Served[] => [
  ...people.routes,
  ...inventory.routes,
  ...measurement.routesOf({
    countryOf,
    placeOf,
    visitorKey: deriveKey(secret, 'ingested visitors'),
    consentedHash: delivery.consentedHash(secret),
    retentionMonths,
  }),
  ...analytics.routes,
  ...forecasting.routes,
  ...creatives.routesOf({
    edgeUrl,
    url,
    previewKey: delivery.previewKeyOf(deriveKey(secret, 'delivery')),
    ...(uploads ? { uploads } : {}),
  }),
  ...campaigns.routes,
  ...campaigns.rfpRoutesOf({ origin: url, tagsOf: (place) => tagsOf({ edgeOrigin: edgeUrl, ...place }) }),
  ...delivery.routesOf({ recent }),
  ...reporting.routes,
  ...seo.routesOf({ keyFile: searchConsoleKey, ask: fetch }),
];

/** Every scheduled job. */
export const jobsOf = (house: House, uploads: creatives.Uploads): Job[] => [
  delivery.conversionJob({ ...house, conversionsOf: (asked) => analytics.conversionsAfterAds(house, asked) }),
  ...measurement.jobsOf({ ...house, retentionMonths: house.config.retentionMonths }),
  ...campaigns.jobsOf(house),
  people.reminderJob({ ...house, origin: house.config.url }),
  ...campaigns.rfpJobsOf({ ...house, origin: house.config.url }),
  creatives.checkingJob(house),
  ...delivery.jobsOf(house),
  uploads.cleaningJob,
  creatives.reminderJob({ ...house, url: house.config.url }),
];
