-- Files of advertising costs that were imported, and what an organisation said of columns and campaigns that no rule knows.
create table cost_imports (
  id text primary key,
  number bigint generated always as identity unique,
  org_id text not null references organisations (id),
  site_id text not null references sites (id) on delete cascade,
  platform text not null,
  file text not null,
  rows int not null,
  first_day date not null,
  last_day date not null,
  currency text not null,
  spend_micros bigint not null,
  spread int not null,
  created_at timestamptz not null default now()
);
create index cost_imports_org on cost_imports (org_id, id desc);

create table cost_columns (
  org_id text not null references organisations (id),
  header text not null,
  columns jsonb not null,
  primary key (org_id, header)
);

create table cost_campaigns (
  org_id text not null references organisations (id),
  campaign text not null,
  utm_campaign text not null,
  primary key (org_id, campaign)
);
