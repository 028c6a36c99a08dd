import { readOrder } from '#campaigns';
import { serve, type Served } from '#platform';
import { editsOf, prepareEdits, readCommentary, resetCommentary } from './commentary-of-report.ts';
import * as contract from './contract.ts';
import { renderReport } from './render-report.ts';
import { deleteReport, insertReport, listReports, reportRow, toReport, updateReport } from './report.ts';

export const routes: Served[] = [
  serve(contract.listReports, (input, { db, caller }) => listReports(db, caller, input)),
  serve(contract.createReport, async ({ commentary = [], title, ...input }, context) => {
    const { db, caller } = context;
    const order = await readOrder(db, caller, input.order_id);
    const edits = await editsOf(context, input, commentary);
    return db.transaction((tx) => insertReport(tx, caller, { ...input, title: title ?? order.name, edits }));
  }),
  serve(contract.readReport, async ({ id }, { db, caller }) => toReport(await reportRow(db, caller, id))),
  serve(contract.changeReport, async (input, context) => {
    const { db, caller } = context;
    const { title, language, period } = input;
    const edits = await prepareEdits(context, input);
    return db.transaction((tx) => updateReport(tx, caller, input.id, { title, language, period, edits }));
  }),
  serve(contract.deleteReport, async ({ id }, { db, caller }) => {
    await db.transaction((tx) => deleteReport(tx, caller, id));
    return {};
  }),
  serve(contract.renderReport, (input, context) => renderReport(context, input)),
  serve(contract.readCommentary, ({ id }, context) => readCommentary(context, id)),
  serve(contract.resetCommentary, ({ id, keys }, context) => resetCommentary(context, id, keys)),
];
