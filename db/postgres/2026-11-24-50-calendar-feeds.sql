-- Private calendar addresses: what is sold and held, for a calendar program to subscribe to.
create table calendar_feeds (
  id text primary key,
  org_id text not null references organisations (id),
  name text not null,
  -- Which spaces and whose bookings it shows; an absent filter shows all.
  filters jsonb not null default '{}',
  -- SHA-256 of the address's token; the token itself is shown once and kept nowhere.
  token_hash text not null unique,
  created_at timestamptz not null default now()
);
create index calendar_feeds_org on calendar_feeds (org_id, id);
