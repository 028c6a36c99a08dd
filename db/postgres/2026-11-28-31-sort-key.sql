-- Names are sorted and found without regard to case and accents, the same on every server whatever its locale.
create function sort_key(name text) returns text
  language sql immutable parallel safe
  return translate(lower(coalesce(name, '')),
    'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿœæ’',
    'aaaaaaceeeeiiiinoooooouuuuyyoa''');
