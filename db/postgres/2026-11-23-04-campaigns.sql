-- Orders, their line items, the creatives and which creative runs on which line.
create table orders (
  id text primary key,
  org_id text not null references organisations (id),
  advertiser_id text not null references advertisers (id),
  name text not null,
  side text not null default 'sell' check (side in ('sell', 'buy')),
  publisher_id text references publishers (id),
  po_number text,
  created_at timestamptz not null default now()
);
create index orders_org on orders (org_id, created_at desc);

create table line_items (
  id text primary key,
  org_id text not null references organisations (id),
  order_id text not null references orders (id),
  name text not null,
  type text not null check (type in ('sponsorship', 'standard', 'bulk', 'network', 'price_priority', 'house')),
  priority int not null check (priority between 1 and 16),
  state text not null default 'draft' check (state in ('draft', 'proposed', 'reserved', 'booked', 'live', 'paused', 'ended', 'cancelled')),
  goal_unit text not null check (goal_unit in ('impressions', 'viewable_impressions', 'clicks', 'conversions', 'share')),
  goal_quantity bigint not null check (goal_quantity >= 0),
  goal_id text,
  rate_model text not null check (rate_model in ('cpm', 'vcpm', 'cpc', 'cpa', 'cpd', 'flat')),
  rate_amount bigint not null check (rate_amount >= 0),
  currency text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  placements text[] not null,
  sizes text[] not null default '{}',
  targeting jsonb,
  frequency_caps jsonb not null default '[]',
  pacing text not null default 'even' check (pacing in ('even', 'frontloaded', 'asap')),
  roadblock text not null default 'one_or_more' check (roadblock in ('one_or_more', 'all', 'only_one', 'as_many')),
  exclusion_labels text[] not null default '{}',
  rotation text not null default 'even' check (rotation in ('even', 'weighted', 'optimised', 'sequential')),
  state_reason text,
  created_at timestamptz not null default now(),
  check (ends_at > starts_at)
);
create index line_items_order on line_items (order_id);
create index line_items_org on line_items (org_id, state, starts_at);

create table creatives (
  id text primary key,
  org_id text not null references organisations (id),
  advertiser_id text not null references advertisers (id),
  name text not null,
  kind text not null check (kind in ('image', 'html5', 'native', 'text', 'video', 'tag')),
  width int,
  height int,
  landing_url text not null,
  state text not null default 'waiting' check (state in ('uploaded', 'checking', 'waiting', 'approved', 'rejected', 'retired')),
  state_reason text,
  file_hash text,
  file_name text,
  media_type text,
  weight_bytes bigint,
  content jsonb,
  created_at timestamptz not null default now()
);
create index creatives_org on creatives (org_id, created_at desc);

create table assignments (
  id text primary key,
  org_id text not null references organisations (id),
  line_item_id text not null references line_items (id),
  creative_id text not null references creatives (id),
  weight int not null default 100 check (weight between 1 and 10000),
  starts_at timestamptz,
  ends_at timestamptz,
  created_at timestamptz not null default now(),
  unique (line_item_id, creative_id)
);
create index assignments_creative on assignments (creative_id);
