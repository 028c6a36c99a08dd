-- Insertion orders: what is agreed, numbered and sealed when it is issued, and how it was accepted.
create table insertion_orders (
  id text primary key,
  org_id text not null references organisations (id),
  order_id text not null references orders (id),
  -- One sequence an organisation and year, without gaps.
  year int not null,
  sequence int not null,
  language text not null check (language in ('en', 'fr')),
  -- The document as it was sealed, byte for byte: its SHA-256 is the hash.
  document text not null,
  document_hash text not null,
  state text not null default 'issued' check (state in ('issued', 'accepted', 'accepted_offline', 'superseded')),
  acceptance jsonb,
  -- SHA-256 of the private link's token; the token itself is shown once and kept nowhere.
  token_hash text unique,
  issued_by text not null,
  created_at timestamptz not null default now(),
  unique (org_id, year, sequence)
);
create index insertion_orders_order on insertion_orders (order_id, id);
