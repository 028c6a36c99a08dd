-- Versions of a creative, what the library is searched by, what the law wants to be said, and what reviewers say about it.
-- The first of the versions; empty for the first itself.
alter table creatives add column version_of text;
alter table creatives add column family_id text generated always as (coalesce(version_of, id)) stored;
alter table creatives add column version int not null default 1;
alter table creatives add column tags text[] not null default '{}';
alter table creatives add column rights_until date;
alter table creatives add column ab_group text;
alter table creatives add column payer text;
alter table creatives add column legal_text text;
alter table creatives add column language text;
-- Bytes as they came, where what is served was made of them (a cleaned SVG, a converted image).
alter table creatives add column original_hash text;
-- 64 bits of what it looks like, in hex.
alter table creatives add column look text;
create unique index creatives_version on creatives (family_id, version);
create index creatives_file on creatives (org_id, file_hash);

create table creative_comments (
  id text primary key,
  org_id text not null references organisations (id),
  creative_id text not null references creatives (id) on delete cascade,
  side text not null check (side in ('us', 'them')),
  author text not null,
  body text not null,
  -- A point of it, from its upper left corner, 0 to 1; a second of its animation.
  x double precision check (x between 0 and 1),
  y double precision check (y between 0 and 1),
  at_s double precision check (at_s between 0 and 3600),
  resolved_at timestamptz,
  created_at timestamptz not null default now()
);
create index creative_comments_creative on creative_comments (creative_id, created_at);

-- Creatives that may be forced onto a real page for a while.
create table creative_previews (
  id text primary key,
  org_id text not null references organisations (id),
  creative_id text not null references creatives (id) on delete cascade,
  expires_at timestamptz not null,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index creative_previews_expiry on creative_previews (expires_at);
