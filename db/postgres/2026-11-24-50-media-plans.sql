-- Media plans: a brief, and the scenarios that were computed for it.
create table media_plans (
  id text primary key,
  org_id text not null references organisations (id),
  advertiser_id text references advertisers (id),
  name text not null,
  brief jsonb not null,
  scenarios jsonb not null,
  basis jsonb not null,
  computed_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index media_plans_org on media_plans (org_id, id);
