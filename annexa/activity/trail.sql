-- Append entries to an organisation's chain; returns whether something follows it. Runs as the owner: the application login may read entries, never write them.
-- The hash input is the exact text that is stored, so that an offline reader can repeat it:
-- previous hash, then the fields joined by U+001F. In place of the body stands "seal=<hex>", which is sha256 of a salt
-- and the body: a disposal may destroy both, and the chain holds. A scope is appended as "scope=<id>"; no field may hold U+001F itself,
-- so a scope cannot be mistaken for the end of a body.
drop function if exists trail_append(uuid, timestamptz, text[], text[], text[], text[], text[]);
drop function if exists trail_append(uuid, timestamptz, text[], text[], text[], text[], uuid[], text[]);
create or replace function trail_append(
  org uuid, moment timestamptz, actors text[], commands text[], subject_types text[], subject_ids text[],
  scopes uuid[], bodies text[]
) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  last activity_trailhead;
  stamp timestamptz := clock_timestamp();
  link bytea;
  salt bytea;
  seal bytea;
begin
  if org is distinct from nullif(current_setting('annexa.organization', true), '')::uuid then
    raise exception 'the trail of another organisation is out of reach' using errcode = 'insufficient_privilege';
  end if;
  -- Only the owner login, which builds the demo, may tell the time.
  if moment is not null and session_user = current_user then
    stamp := moment;
  end if;
  insert into activity_trailhead (organization_id, seq, hash, followed) values (org, 0, '\x', false)
    on conflict do nothing;
  select * into last from activity_trailhead where organization_id = org for update;
  link := last.hash;
  if position(E'\x1f' in array_to_string(actors || commands || subject_types || subject_ids || bodies, '')) > 0 then
    raise exception 'a field of the trail holds the separator' using errcode = 'invalid_parameter_value';
  end if;
  for i in 1 .. coalesce(array_length(commands, 1), 0) loop
    salt := uuid_send(gen_random_uuid());
    seal := sha256(salt || convert_to(bodies[i], 'UTF8'));
    insert into activity_trailentry
      (organization_id, seq, at, actor, command, subject_type, subject_id, scope_id, body, salt, seal, previous, hash)
    values (org, last.seq + i, stamp, actors[i], commands[i], subject_types[i], subject_ids[i], scopes[i],
      bodies[i], salt, seal, link,
      sha256(link || convert_to(concat_ws(E'\x1f', org, last.seq + i,
        to_char(stamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        actors[i], commands[i], subject_types[i], subject_ids[i], 'seal=' || encode(seal, 'hex'), 'scope=' || scopes[i]), 'UTF8')))
    returning hash into link;
  end loop;
  update activity_trailhead set seq = last.seq + coalesce(array_length(commands, 1), 0), hash = link
    where organization_id = org;
  return last.followed;
end $$;

-- Say whether something follows an organisation's trail; nothing else of the chain's end can be written.
create or replace function trail_follow(org uuid, wanted boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if org is distinct from nullif(current_setting('annexa.organization', true), '')::uuid then
    raise exception 'the trail of another organisation is out of reach' using errcode = 'insufficient_privilege';
  end if;
  insert into activity_trailhead (organization_id, seq, hash, followed) values (org, 0, '\x', wanted)
    on conflict (organization_id) do update set followed = wanted;
end $$;

-- The end of every organisation's chain, for the checkpoints that are kept outside the database; says nothing else.
create or replace function trail_heads() returns table (organization_id uuid, seq bigint, hash bytea)
language sql stable security definer set search_path = public, pg_temp as $$
  select h.organization_id, h.seq, h.hash from activity_trailhead h order by h.organization_id
$$;
