-- Funnels that are asked again and again: their steps are filters, as in questions.
create table funnels (
  id text primary key,
  org_id text not null references organisations (id),
  site_id text not null references sites (id) on delete cascade,
  name text not null,
  steps jsonb not null,
  by text not null check (by in ('visit', 'visitor')),
  within_days integer check (within_days between 1 and 390),
  created_at timestamptz not null default now(),
  unique (site_id, name)
);
create index funnels_by_org on funnels (org_id, id);
