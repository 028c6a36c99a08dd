import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve, type Served } from '#platform';
import { changeCreative, deleteCreative, moveCreative } from './change-creative.ts';
import * as contract from './contract.ts';
import { createCreative } from './create-creative.ts';
import { creativeFile } from './creative-file.ts';
import { checkCreative, filmPicture } from './check-creative.ts';
import { exportCreatives, listCreatives, readCreative } from './creative.ts';
import { requestRoutes } from './request-routes.ts';
import { reviewRoutes } from './review-routes.ts';
import { checkTags } from './tag-check.ts';
import { openUploads, type Uploads } from './uploads.ts';

/** Public addresses of the edge and of this program, without a slash at the end. */
export const routesOf = ({
  edgeUrl,
  url = 'http://localhost:4000',
  uploads = openUploads(join(tmpdir(), 'vigie-uploads')),
  previewKey = '',
}: {
  edgeUrl: string;
  url?: string;
  uploads?: Uploads;
  /** Seals the addresses of previews; the edge has it with its book. */
  previewKey?: string;
}): Served[] => [
  ...requestRoutes(url),
  ...reviewRoutes({ edgeUrl, uploads, previewKey }),
  serve(contract.checkTags, (input, { db, caller }) => checkTags({ db, edgeUrl }, caller, input)),
  serve(contract.listCreatives, (input, { db, caller }) => listCreatives(db, caller, input)),
  serve(contract.exportCreatives, async (input, { db, caller }) => exportCreatives(db, caller, input)),
  serve(contract.createCreative, (input, context) => createCreative(context, context.caller, input, context.uploads)),
  serve(contract.readCreative, ({ id }, { db, caller }) => readCreative(db, caller, id)),
  serve(contract.changeCreative, (input, context) => changeCreative(context, context.caller, input)),
  serve(contract.deleteCreative, async ({ id }, { db, caller }) => {
    await deleteCreative(db, caller, id);
    return {};
  }),
  serve(contract.approveCreative, ({ id }, { db, caller }) => moveCreative(db, caller, { id, to: 'approved' })),
  serve(contract.rejectCreative, ({ id, reason }, { db, caller }) =>
    moveCreative(db, caller, { id, to: 'rejected', reason }),
  ),
  serve(contract.retireCreative, ({ id }, { db, caller }) => moveCreative(db, caller, { id, to: 'retired' })),
  serve(contract.checkCreative, ({ id }, context) => checkCreative(context, context.caller, id)),
  serve(contract.readCreativeFilm, ({ id, n }, context) => filmPicture(context, context.caller, id, n)),
  serve(contract.readCreativeFile, ({ id }, context) => creativeFile(context, context.caller, id)),
];
