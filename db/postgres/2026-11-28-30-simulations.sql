-- Simulations: what was asked, how far the run is, what came of it.
create table simulations (
  id text primary key,
  org_id text not null references organisations (id),
  name text not null,
  asked jsonb not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  -- 0–100, and the simulated moment the run has reached.
  percent int not null default 0,
  reached timestamptz,
  problem text,
  result jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index simulations_org on simulations (org_id, id);
