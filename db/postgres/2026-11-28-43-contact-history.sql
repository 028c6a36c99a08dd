-- What was said to and by a contact, and what one wants to be reminded of.
create table contact_entries (
  seq bigint generated always as identity primary key,
  org_id text not null references organisations (id),
  contact_id text not null references contacts (id) on delete cascade,
  at timestamptz not null,
  kind text not null,
  author text not null,
  note text not null default '',
  -- What it was about, where it is a thing of ours.
  subject_kind text,
  subject_id text,
  subject_name text
);
create index contact_entries_contact on contact_entries (contact_id, seq desc);

create table contact_reminders (
  id text primary key,
  org_id text not null references organisations (id),
  contact_id text not null references contacts (id) on delete cascade,
  due_on date not null,
  note text not null,
  owner_id text not null,
  owner_name text not null,
  done_at timestamptz,
  mailed_at timestamptz,
  created_at timestamptz not null default now()
);
create index contact_reminders_due on contact_reminders (due_on) where done_at is null;
create index contact_reminders_org on contact_reminders (org_id, id);

-- To whom a proposal was sent.
alter table proposals add column contact_id text references contacts (id) on delete set null;
