-- What a media plan buys elsewhere (external sites, social, e-mail, search), and the quantities that a person set by hand.
alter table media_plans add column pushes jsonb not null default '[]';
alter table media_plans add column quantities jsonb not null default '{}';
