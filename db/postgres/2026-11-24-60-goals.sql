-- What a visit should lead to: goals of a site, read by the query language when it is asked about them.
create table goals (
  id text primary key,
  org_id text not null references organisations (id),
  site_id text not null references sites (id) on delete cascade,
  name text not null,
  match jsonb not null,
  value jsonb,
  once_per_visit boolean not null default false,
  created_at timestamptz not null default now(),
  unique (site_id, name)
);
create index goals_org on goals (org_id, id desc);
