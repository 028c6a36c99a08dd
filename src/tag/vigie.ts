/** `/vigie.js`: audience measurement and advertising. */
import { load, refresh, start } from './ads.ts';
import { boot } from './boot.ts';

boot({ start, refresh, load });
