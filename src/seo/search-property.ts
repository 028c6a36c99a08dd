/** Which properties an organisation may read by the installation's service account. */
import { audit } from '#people';
import { type Caller, type Database, Refusal } from '#platform';

const hostOf = (property: string): string =>
  (property.startsWith('sc-domain:') ? property.slice('sc-domain:'.length) : new URL(property).hostname)
    .toLowerCase()
    .replace(/^www\./, '');

const refused = (sentence: string) => new Refusal('bad-input', `property: ${sentence}`, { field: 'property' });

/**
 * The service account is the installation's and may see properties of several organisations, and anybody may enter a site of any name. So
 * a property must belong to the site that it is read for, and, where the installation serves more than one organisation, be bound to
 * this one by who runs the installation. Throws bad-input naming `property`.
 */
export async function checkProperty(db: Database, site: { org_id: string; domain: string }, property: string) {
  const [host, own] = [hostOf(property), site.domain.toLowerCase().replace(/^www\./, '')];
  const isAbove = own.endsWith(`.${host}`) && host.includes('.');
  if (!(host === own || host.endsWith(`.${own}`) || isAbove))
    throw refused(`must be one of ${site.domain}, the site that it is read for.`);
  const bound = await db.one<{ org_id: string }>('select org_id from search_console_properties where property = $1', [
    property,
  ]);
  if (bound?.org_id === site.org_id) return;
  const others = await db.one('select 1 from organisations where id <> $1 limit 1', [site.org_id]);
  if (bound || others)
    throw refused(
      `${property} is not bound to this organisation; who runs the installation binds it: vigie search-console bind ${property} --org ${site.org_id}`,
    );
}

/** Binds a property to an organisation, or takes it from whom it was bound to. */
export async function bindProperty(
  db: Database,
  caller: Caller,
  property: string,
): Promise<{ property: string; org_id: string }> {
  const { org_id } = caller;
  await db.transaction(async (tx) => {
    await tx.query(
      `insert into search_console_properties (property, org_id) values ($1, $2)
       on conflict (property) do update set org_id = excluded.org_id, bound_at = now()`,
      [property, org_id],
    );
    await audit(tx, caller, {
      action: 'search-console.bind',
      subject: { kind: 'organisation', id: org_id },
      after: { property },
    });
  });
  return { property, org_id };
}
