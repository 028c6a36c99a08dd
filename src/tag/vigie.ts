/** `/vigie.js`: audience measurement and advertising. */
import { load, refresh, start } from './ads.ts';
import { boot } from './boot.ts';
import { visitorId } from './consent.ts';

boot({ start, refresh, load, who: visitorId });
