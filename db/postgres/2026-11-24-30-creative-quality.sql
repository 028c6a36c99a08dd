-- What the machine found when it looked at a creative: named checks with their figures, and pictures of it over time.
alter table creatives add column quality jsonb;
alter table creatives add column checked_at timestamptz;
create index creatives_unchecked on creatives (created_at) where checked_at is null;
