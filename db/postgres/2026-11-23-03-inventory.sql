-- Spaces: sites, sections, placements, formats, rate cards, and who holds what of them.
create table sites (
  id text primary key,
  number int generated always as identity unique,
  org_id text not null references organisations (id),
  domain text not null unique,
  name text not null,
  time_zone text not null,
  currency text not null,
  mode text not null default 'exempt' check (mode in ('exempt', 'consented')),
  kind text not null default 'own' check (kind in ('own', 'external')),
  publisher_id text references publishers (id),
  created_at timestamptz not null default now()
);
create index sites_org on sites (org_id);

create table sections (
  id text primary key,
  org_id text not null references organisations (id),
  site_id text not null references sites (id),
  name text not null,
  path text not null,
  created_at timestamptz not null default now(),
  unique (site_id, path)
);

create table formats (
  id text primary key,
  org_id text not null references organisations (id),
  code text not null,
  name text not null,
  kind text not null check (kind in ('display', 'native', 'video', 'interstitial', 'text')),
  width int,
  height int,
  max_initial_kb int,
  max_subload_kb int,
  created_at timestamptz not null default now(),
  unique (org_id, code)
);

create table placements (
  id text primary key,
  org_id text not null references organisations (id),
  site_id text not null references sites (id),
  section_id text references sections (id),
  code text not null,
  name text not null,
  formats text[] not null,
  floor_amount bigint,
  floor_currency text,
  created_at timestamptz not null default now(),
  unique (site_id, code)
);

create table rate_cards (
  id text primary key,
  org_id text not null references organisations (id),
  name text not null,
  currency text not null,
  valid_from date not null,
  valid_to date,
  rates jsonb not null,
  created_at timestamptz not null default now()
);

-- The reservation ledger: what each line item holds. Written at booking, released when the line leaves its booked states.
create table reservations (
  id text primary key,
  org_id text not null references organisations (id),
  line_item_id text not null unique,
  state text not null check (state in ('held', 'booked', 'released')),
  priority int not null,
  placements text[] not null,
  sizes text[] not null,
  targeting jsonb,
  frequency_caps jsonb not null default '[]',
  goal_unit text not null,
  goal_quantity bigint not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  expires_at timestamptz,
  version bigint not null default 1,
  created_at timestamptz not null default now()
);
create index reservations_org on reservations (org_id, starts_at, ends_at);
