-- Links that were built for campaigns, and how an organisation writes their names.
create table links (
  id text primary key,
  org_id text not null references organisations (id),
  line_item_id text references line_items (id) on delete set null,
  url text not null,
  source text not null,
  medium text not null,
  campaign text not null,
  content text not null,
  term text not null,
  built text not null,
  created_at timestamptz not null default now(),
  unique (org_id, built)
);

create table link_rules (
  org_id text primary key references organisations (id),
  lower_case boolean not null,
  separator text not null,
  sources jsonb not null,
  media jsonb not null,
  parts jsonb not null
);
