import { readFile } from 'node:fs/promises';
import { Refusal, serve, type Served } from '#platform';
import * as contract from './contract.ts';
import { answerSearch, importFiles, keepAnswers, listImports, siteOf } from './search-console.ts';
import { checkProperty } from './search-property.ts';
import { type Ask, askSearchConsole } from './search-console-api.ts';

const mostDays = 500;

/** `keyFile`: the service account's key, where one is set. `ask`: the outbound network. */
export const routesOf = ({ keyFile, ask }: { keyFile?: string | undefined; ask: Ask }): Served[] => [
  serve(contract.importSearchConsole, (input, context) => importFiles(context, input)),
  serve(contract.fetchSearchConsole, async ({ site_id, property, from, to }, context) => {
    const site = await siteOf(context.db, context.caller.org_id, site_id);
    if (!keyFile)
      throw new Refusal(
        'wrong-state',
        'No service account is set: name its key file in VIGIE_SEARCH_CONSOLE_KEY, or import the export’s zip.',
      );
    await checkProperty(context.db, site, property);
    if (from > to) throw new Refusal('bad-input', 'from: must not lie after to.', { field: 'from' });
    if (Date.parse(to) - Date.parse(from) > mostDays * 86_400_000)
      throw new Refusal('bad-input', `to: at most ${mostDays} days at once; Google keeps sixteen months.`, {
        field: 'to',
      });
    const key = await readFile(keyFile, 'utf8').catch(() => {
      throw new Refusal('wrong-state', 'The key file of VIGIE_SEARCH_CONSOLE_KEY cannot be read.');
    });
    const parts = askSearchConsole({ key, property, from, to }, { ask, clock: context.clock });
    return keepAnswers(context, context.caller, site, { parts, property, from, to });
  }),
  serve(contract.listSearchConsole, (input, { db, caller }) => listImports(db, caller, input)),
  serve(contract.askSearch, (input, context) => answerSearch(context, input)),
];
