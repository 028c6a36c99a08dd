-- Requests for proposals: what is to be bought, asked of several outside publishers, each by private links of its own.
create table rfps (
  id text primary key,
  org_id text not null references organisations (id),
  advertiser_id text not null references advertisers (id),
  name text not null,
  language text not null check (language in ('en', 'fr')),
  currency text not null,
  -- What the publishers read above the lines, and the terms of purchase.
  brief text not null default '',
  terms text not null default '',
  lines jsonb not null,
  -- Until when answers are asked for.
  due_at timestamptz not null,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index rfps_org on rfps (org_id, id);

-- One publisher asked: its answers are versions of an offer.
create table rfp_invitations (
  id text primary key,
  org_id text not null references organisations (id),
  rfp_id text not null references rfps (id),
  publisher_id text not null references publishers (id),
  contact_id text references contacts (id) on delete set null,
  email text,
  state text not null default 'draft' check (state in
    ('draft', 'sent', 'answered', 'countered', 'declined', 'expired', 'chosen', 'passed_over', 'withdrawn')),
  -- Versions of the offer so far; 0 before the first answer.
  version int not null default 0,
  due_at timestamptz not null,
  reminded_at timestamptz,
  opened_at timestamptz,
  order_id text references orders (id),
  created_at timestamptz not null default now(),
  unique (rfp_id, publisher_id)
);
create index rfp_invitations_open on rfp_invitations (due_at) where state in ('sent', 'countered');
create index rfp_invitations_org on rfp_invitations (org_id, state);

-- The private links of an invitation: each letter carries one of its own; only hashes are kept.
create table rfp_links (
  token_hash text primary key,
  invitation_id text not null references rfp_invitations (id) on delete cascade,
  created_at timestamptz not null default now()
);
create index rfp_links_invitation on rfp_links (invitation_id);

create table rfp_offers (
  invitation_id text not null references rfp_invitations (id) on delete cascade,
  version int not null,
  side text not null check (side in ('us', 'them')),
  lines jsonb not null,
  created_at timestamptz not null,
  primary key (invitation_id, version)
);

-- The thread of an invitation: what was said and done, by whom, on which version of the offer.
create table rfp_entries (
  seq bigint generated always as identity primary key,
  invitation_id text not null references rfp_invitations (id) on delete cascade,
  version int not null,
  at timestamptz not null,
  kind text not null,
  side text not null check (side in ('us', 'them', 'clock')),
  author text not null,
  note text not null default '',
  counter jsonb
);
create index rfp_entries_thread on rfp_entries (invitation_id, seq);
