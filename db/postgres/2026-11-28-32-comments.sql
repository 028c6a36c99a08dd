-- What colleagues say to each other about a thing, and who is told of it.
create table comments (
  id text primary key,
  org_id text not null references organisations (id),
  subject_kind text not null check (subject_kind in ('order', 'line-item', 'creative', 'proposal')),
  subject_id text not null,
  author_id text not null,
  author_name text not null,
  text text not null,
  mentions text[] not null default '{}',
  created_at timestamptz not null default now(),
  changed_at timestamptz
);
create index comments_subject on comments (org_id, subject_kind, subject_id, id);

create table notifications (
  id text primary key,
  org_id text not null references organisations (id),
  user_id text not null,
  kind text not null check (kind in ('mention', 'reply')),
  subject_kind text not null,
  subject_id text not null,
  comment_id text not null references comments (id) on delete cascade,
  created_at timestamptz not null default now(),
  read_at timestamptz
);
create index notifications_user on notifications (org_id, user_id, id);
