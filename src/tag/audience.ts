/** `/vigie.audience.js`: audience measurement alone. */
import { boot } from './boot.ts';

boot();
