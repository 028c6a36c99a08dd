import { serve, type Served } from '#platform';
import { addComment, listComments, resolveComment } from './comments.ts';
import * as contract from './contract.ts';
import { convertCreative } from './convert-image.ts';
import { originalFile } from './creative-file.ts';
import { createFromUpload, deliver } from './deliver.ts';
import { duplicatesOf } from './duplicates.ts';
import { exchangeFile, judgeByLink, readExchange, remarkByLink, shownTo } from './exchange.ts';
import { exchangePage, exchangeSheet } from './exchange-page.ts';
import { previewCreative } from './preview-creative.ts';
import { deadlinesOf } from './request-calendar.ts';
import type { Uploads } from './uploads.ts';
import { usageOf } from './usage.ts';

export const reviewRoutes = ({
  edgeUrl,
  uploads,
  previewKey,
}: {
  edgeUrl: string;
  uploads: Uploads;
  previewKey: string;
}): Served[] => [
  serve(contract.previewCreative, (input, { db, clock, caller }) =>
    previewCreative({ db, clock, key: previewKey }, caller, input),
  ),
  serve(contract.createCreativeFromUpload, (input, context) =>
    createFromUpload(context, uploads, context.caller, input),
  ),
  serve(contract.convertCreative, (input, context) => convertCreative(context, context.caller, input)),
  serve(contract.readCreativeOriginal, ({ id }, context) => originalFile(context, context.caller, id)),
  serve(contract.listCreativeComments, ({ id }, { db, caller }) => listComments(db, caller, id)),
  serve(contract.addCreativeComment, ({ id, ...pin }, context) => addComment(context, context.caller, id, pin)),
  serve(contract.resolveCreativeComment, (input, context) => resolveComment(context, context.caller, input)),
  serve(contract.creativeDuplicates, ({ id }, { db, caller }) => duplicatesOf(db, caller, id)),
  serve(contract.creativeUsage, ({ id }, { db, caller }) => usageOf(db, caller, id)),

  serve(contract.openExchange, (input, context) => exchangePage(context, input, edgeUrl)),
  serve(contract.openExchangePdf, (input, context) => exchangeSheet(context, input)),
  serve(contract.openDeadlines, ({ token }, context) => deadlinesOf(context, token)),
  serve(contract.readExchange, ({ token }, context) => readExchange(context, token, edgeUrl)),
  serve(contract.deliverCreative, async (input, context) => shownTo(await deliver(context, uploads, input))),
  serve(contract.judgeByLink, (input, context) => judgeByLink(context, input)),
  serve(contract.remarkByLink, (input, context) => remarkByLink(context, input)),
  serve(contract.exchangeFile, (input, context) => exchangeFile(context, input)),
];
