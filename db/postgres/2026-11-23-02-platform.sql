-- The job table: a row per scheduled job (its lease keeps two processes from running it at once) and per queued one.
create table jobs (
  id text primary key,
  name text not null,
  input jsonb not null default '{}',
  run_at timestamptz not null,
  every_ms bigint,
  attempts int not null default 0,
  leased_until timestamptz,
  leased_by text,
  last_started_at timestamptz,
  last_ended_at timestamptz,
  last_error text,
  done_at timestamptz
);
create index jobs_due on jobs (run_at) where done_at is null;
