-- What was brought from other products: one row per file set and site. A fingerprint counts once.
create table history_imports (
  id text primary key,
  number bigint generated always as identity unique,
  org_id text not null references organisations (id),
  site_id text not null references sites (id) on delete cascade,
  product text not null,
  files jsonb not null,
  fingerprint text not null,
  state text not null check (state in ('running', 'done', 'failed')),
  rows_read bigint not null default 0,
  bytes_read bigint not null default 0,
  bytes_total bigint not null default 0,
  families jsonb not null default '{}',
  first_day date,
  last_day date,
  problem text,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index history_imports_org on history_imports (org_id, created_at desc);
create unique index history_imports_once on history_imports (site_id, fingerprint) where state <> 'failed';
