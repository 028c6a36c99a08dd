-- Where a site wants its visits cut as Matomo cuts them. No row: neither.
create table site_visit_rules (
  site_id text primary key references sites (id) on delete cascade,
  org_id text not null references organisations (id),
  midnight boolean not null,
  campaign boolean not null,
  changed_at timestamptz not null default now()
);
