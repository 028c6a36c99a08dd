-- Reviews of past ad events under the rules of invalid traffic: which days, by whom, what changed. The changed events are in the event store.
create table traffic_reviews (
  id text primary key,
  org_id text not null references organisations (id),
  first_day date not null,
  last_day date not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  events bigint,
  changes jsonb not null default '[]',
  created_by text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index traffic_reviews_org on traffic_reviews (org_id, id);
