/** `ads.txt` (IAB Tech Lab, 1.1) of a site and `sellers.json` (1.0) of the operator, from the book. */
import type { Book } from './contract.ts';

const line = (text: string): string => text.replace(/[\r\n#]/g, ' ').trim();

/** What the standard asks of a site that has authorised nobody: a placeholder, so that an empty file is not taken for a missing one. */
const nobody = 'placeholder.example.com, placeholder, DIRECT, placeholder';

/** Undefined for a domain that is not a site here. */
export function adsTxt({ sites, selling }: Book, domain: string): string | undefined {
  const site = sites.find((one) => one.domain === domain.toLowerCase());
  if (!site) return undefined;
  const own = (selling?.ads_txt ?? []).filter(
    (record) => record.org_id === site.org_id && (record.site_id === null || record.site_id === site.id),
  );
  const sellers = own.flatMap(({ domain: system, account_id, relationship, certification_id }) =>
    system && account_id && relationship
      ? [
          [system, account_id, relationship, certification_id]
            .filter((part) => part !== null)
            .map(line)
            .join(', '),
        ]
      : [],
  );
  const variables = own.flatMap(({ variable, value }) => (variable && value ? [`${variable}=${line(value)}`] : []));
  return `${[...new Set([...(sellers.length > 0 ? sellers : [nobody]), ...variables])].join('\n')}\n`;
}

/** Every publisher whose inventory is sold here. A confidential one keeps only its number and type, as the standard has it. */
export function sellersJson({ selling }: Book): string {
  const sellers = (selling?.sellers ?? []).map(({ seller_id, name, domain, seller_type, is_confidential }) =>
    is_confidential
      ? { seller_id, seller_type, is_confidential: 1 }
      : { seller_id, seller_type, name, ...(domain === null ? {} : { domain }) },
  );
  return JSON.stringify({ version: '1.0', sellers });
}
