-- Segments: filters that name a group of visitors, evaluated when a question is asked and, for those that lines are targeted at, every minute.
create table segments (
  id text primary key,
  org_id text not null references organisations (id),
  site_id text not null references sites (id) on delete cascade,
  name text not null,
  filters jsonb not null,
  -- Who is in the segment now: visitors that fitted in so many days.
  window_days integer not null default 30 check (window_days between 1 and 390),
  created_at timestamptz not null default now(),
  unique (site_id, name)
);
create index segments_by_org on segments (org_id, id);

-- Groups smaller than this are not described.
create table audience_settings (
  org_id text primary key references organisations (id),
  smallest_group integer not null default 50 check (smallest_group between 2 and 10000)
);
