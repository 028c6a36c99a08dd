-- Search Console reports that were imported, by the days they cover.
create table search_console_imports (
  id text primary key,
  number bigint generated always as identity unique,
  org_id text not null references organisations (id),
  site_id text not null references sites (id) on delete cascade,
  origin text not null check (origin in ('file', 'api')),
  files jsonb not null,
  first_day date not null,
  last_day date not null,
  search_type text not null,
  rows int not null,
  created_at timestamptz not null default now()
);
create index search_console_imports_org on search_console_imports (org_id, id desc);
