-- Selling: the rules that make a price out of a rate card, packages of placements, proposals and their versions.
alter table rate_cards add column rules jsonb not null default '{}';

create table packages (
  id text primary key,
  org_id text not null references organisations (id),
  name text not null,
  currency text not null,
  model text not null check (model in ('cpm', 'vcpm', 'cpc', 'cpa', 'cpd', 'flat')),
  amount bigint not null check (amount >= 0),
  items jsonb not null,
  created_at timestamptz not null default now()
);
create index packages_org on packages (org_id);

-- From which discount a proposal needs an approver; an organisation without a row lives by the default.
create table selling_rules (
  org_id text primary key references organisations (id),
  approval_above_percent numeric(5, 2) not null check (approval_above_percent between 0 and 100)
);

create table proposals (
  id text primary key,
  org_id text not null references organisations (id),
  advertiser_id text not null references advertisers (id),
  name text not null,
  language text not null check (language in ('en', 'fr')),
  currency text not null,
  terms text not null default '',
  state text not null default 'draft' check (state in
    ('draft', 'awaiting_approval', 'approved', 'sent', 'countered', 'accepted', 'declined', 'expired', 'withdrawn')),
  version int not null default 1,
  expires_at timestamptz,
  -- SHA-256 of the private link's token; the token itself is shown once and kept nowhere.
  token_hash text unique,
  approval jsonb,
  acceptance jsonb,
  order_id text references orders (id),
  created_at timestamptz not null default now()
);
create index proposals_org on proposals (org_id, id);
create index proposals_open on proposals (expires_at) where state in ('sent', 'countered');

create table proposal_versions (
  proposal_id text not null references proposals (id),
  version int not null,
  lines jsonb not null,
  created_at timestamptz not null default now(),
  primary key (proposal_id, version)
);

-- The thread: what was said and done, by whom, on which version.
create table proposal_entries (
  seq bigint generated always as identity primary key,
  proposal_id text not null references proposals (id),
  version int not null,
  at timestamptz not null,
  kind text not null,
  side text not null check (side in ('us', 'them', 'clock')),
  author text not null,
  note text not null default '',
  counter jsonb
);
create index proposal_entries_thread on proposal_entries (proposal_id, seq);
