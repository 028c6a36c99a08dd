-- What the explorer looked at, by name, and what happened on a day that figures should be read with.
create table explorations (
  id text primary key,
  org_id text not null references organisations (id),
  name text not null,
  -- The part of the address after the question mark: all that the explorer shows.
  search text not null,
  created_at timestamptz not null default now(),
  unique (org_id, name)
);
create table annotations (
  id text primary key,
  org_id text not null references organisations (id),
  site_id text not null references sites (id) on delete cascade,
  day date not null,
  text text not null,
  created_at timestamptz not null default now()
);
create index annotations_by_site on annotations (site_id, day);
