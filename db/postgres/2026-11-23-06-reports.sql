-- Saved client reports: an order, a period of site days, and what people wrote over the generated commentary.
create table reports (
  id text primary key,
  org_id text not null references organisations (id),
  order_id text not null references orders (id) on delete cascade,
  title text not null,
  language text not null check (language in ('fr', 'en')),
  period_from date not null,
  period_to date not null check (period_to >= period_from),
  edits jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index reports_org on reports (org_id, id desc);
create index reports_order on reports (order_id);
