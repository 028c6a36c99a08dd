-- How long a site keeps its facts. No row: 25 months, which is also the most that the exemption from consent allows (CNIL).
create table site_retention (
  site_id text primary key references sites (id) on delete cascade,
  org_id text not null references organisations (id),
  audience_months int not null check (audience_months between 1 and 120),
  ads_months int not null check (ads_months between 1 and 120),
  imported_months int not null check (imported_months between 1 and 120),
  changed_at timestamptz not null default now()
);
