import { serve, type Served } from '#platform';
import { audienceProfile } from './audience-profile.ts';
import { availabilityOf } from './availability.ts';
import * as contract from './contract.ts';
import { forecastRequests } from './forecast.ts';

export const routes: Served[] = [
  serve(contract.forecast, (input, context) => forecastRequests(context, input)),
  serve(contract.availability, (input, context) => availabilityOf(context, input)),
  serve(contract.readAudienceProfile, (input, context) => audienceProfile(context, input)),
];
