/** Links with campaign tags: built by the organisation's rules, kept in a list. */
import { audit, deleteRow, insertRow, listRows, requireRow } from '#people';
import { type Caller, type Database, newId, Refusal, type Sql } from '#platform';
import type * as z from 'zod';
import { readLineItem } from './line-item.ts';
import {
  type Link,
  linkBuilt,
  type LinkRules,
  type listLinks as listRoute,
  nameWritten,
  type NewLink,
  ruleBroken,
  usualLinkRules,
} from './link-contract.ts';

const select = `select * from (select links.*, line_items.name as line_item_name from links left join line_items on line_items.id = links.line_item_id) as links`;

export async function readLinkRules(sql: Sql, caller: Caller): Promise<LinkRules> {
  const row = await sql.one<LinkRules>(
    'select lower_case, separator, sources, media, parts from link_rules where org_id = $1',
    [caller.org_id],
  );
  return row ?? usualLinkRules;
}

export const changeLinkRules = (db: Database, caller: Caller, rules: LinkRules): Promise<LinkRules> =>
  db.transaction(async (tx) => {
    const before = await readLinkRules(tx, caller);
    await tx.query(
      `insert into link_rules (org_id, lower_case, separator, sources, media, parts) values ($1, $2, $3, $4, $5, $6)
       on conflict (org_id) do update set lower_case = $2, separator = $3, sources = $4, media = $5, parts = $6`,
      [
        caller.org_id,
        rules.lower_case,
        rules.separator,
        JSON.stringify(rules.sources),
        JSON.stringify(rules.media),
        JSON.stringify(rules.parts),
      ],
    );
    await audit(tx, caller, {
      action: 'link-rules.change',
      subject: { kind: 'link_rules', id: caller.org_id },
      before,
      after: rules,
    });
    return rules;
  });

/** Writes the names by the rules and refuses, naming the field, what these do not allow. The same link twice is one. */
export const createLink = (db: Database, caller: Caller, input: z.output<typeof NewLink>): Promise<Link> =>
  db.transaction(async (tx) => {
    const rules = await readLinkRules(tx, caller);
    const written = (text: string) => nameWritten(text, rules);
    const tags = {
      source: written(input.source),
      medium: written(input.medium),
      campaign: written(input.campaign),
      content: written(input.content),
      term: written(input.term),
    };
    for (const field of ['source', 'medium', 'campaign'] as const)
      if (tags[field] === '')
        throw new Refusal('bad-input', `${field}: holds nothing that an address can carry.`, { field });
    const broken = ruleBroken(tags, rules);
    if (broken) throw new Refusal('bad-input', `${broken.field}: ${broken.sentence}.`, { field: broken.field });
    if (input.line_item_id !== null) await readLineItem(tx, caller, input.line_item_id);
    const built = linkBuilt(input.url, tags, input.line_item_id);
    const known = await tx.one<{ id: string }>('select id from links where org_id = $1 and built = $2', [
      caller.org_id,
      built,
    ]);
    const id = known?.id ?? newId('link');
    if (!known) {
      await insertRow(tx, 'links', {
        id,
        org_id: caller.org_id,
        line_item_id: input.line_item_id,
        url: input.url,
        ...tags,
        built,
      });
      await audit(tx, caller, { action: 'link.create', subject: { kind: 'link', id }, after: { built } });
    }
    return readLink(tx, caller, id);
  });

const readLink = (sql: Sql, caller: Caller, id: string): Promise<Link> =>
  requireRow<Link>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'link',
  });

export const listLinks = (sql: Sql, caller: Caller, input: z.output<(typeof listRoute)['input']>) =>
  listRows<Link>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['campaign = ?', input.campaign],
      ['line_item_id = ?', input.line_item_id],
    ],
    descending: true,
    limit: input.limit,
    cursor: input.cursor,
  });

export const removeLink = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readLink(tx, caller, id);
    await deleteRow(tx, { table: 'links', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'link.remove', subject: { kind: 'link', id }, before: { built: before.built } });
  });
