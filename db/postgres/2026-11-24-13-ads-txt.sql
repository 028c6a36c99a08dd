-- Who may sell the inventory of the sites: the lines of ads.txt, either a seller or a variable. Without a site: of all sites.
create table ads_txt_records (
  id text primary key,
  org_id text not null references organisations (id),
  site_id text references sites (id),
  domain text,
  account_id text,
  relationship text check (relationship in ('DIRECT', 'RESELLER')),
  certification_id text,
  variable text check (variable in ('CONTACT', 'SUBDOMAIN', 'INVENTORYPARTNERDOMAIN', 'OWNERDOMAIN', 'MANAGERDOMAIN')),
  value text,
  created_at timestamptz not null default now(),
  check ((domain is null) = (account_id is null) and (domain is null) = (relationship is null)),
  check ((variable is null) = (value is null) and (domain is null) <> (variable is null))
);
create index ads_txt_records_org on ads_txt_records (org_id, site_id);
