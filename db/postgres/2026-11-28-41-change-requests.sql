-- Changes asked of an order that was agreed: applied once whoever is asked has approved.
create table change_requests (
  id text primary key,
  org_id text not null references organisations (id),
  order_id text not null references orders (id),
  -- Who approves: our own approvers, or the other side by a private link.
  asked_of text not null check (asked_of in ('us', 'them')),
  state text not null default 'waiting' check (state in ('waiting', 'applied', 'refused', 'withdrawn')),
  note text not null default '',
  -- Of each line, its terms when the change was asked for, and what they are to be.
  lines jsonb not null,
  document_hash text not null,
  token_hash text unique,
  asked_by text not null,
  answer jsonb,
  insertion_order_id text references insertion_orders (id),
  created_at timestamptz not null default now()
);
create index change_requests_order on change_requests (order_id, id);

-- What makes good for a line that delivered less than was ordered: a line more, or a credit.
create table make_goods (
  id text primary key,
  org_id text not null references organisations (id),
  order_id text not null references orders (id),
  line_item_id text not null references line_items (id),
  kind text not null check (kind in ('line', 'credit')),
  made_line_item_id text references line_items (id),
  quantity bigint not null default 0,
  amount bigint not null default 0,
  currency text not null,
  note text not null default '',
  made_by text not null,
  -- The day on which a credit is set off, of the line's site.
  day date not null,
  created_at timestamptz not null default now()
);
create index make_goods_order on make_goods (order_id, id);
create unique index make_goods_made on make_goods (made_line_item_id) where made_line_item_id is not null;
