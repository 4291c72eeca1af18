--liquibase formatted sql
--changeset chatflow:202611240900-make-all-partitions splitStatements:false

-- One function for every table partitioned by month, found in the catalogue: a new one cannot be
-- forgotten. A month is a range of timestamps, or of UUIDv7s, which carry their time. Runs as the
-- owner, because the worker role must not own tables. Rows of a month that nobody made ahead of
-- time are kept by the default partition.
create function chatflow_make_partitions(months_ahead int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  parent record;
  first_day timestamp;
  last_day timestamp;
  partition_name text;
  bounds text;
  made int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('chatflow_make_partitions'));
  for parent in
    select c.oid::regclass as relation, c.relname, a.atttypid = 'uuid'::regtype as by_id
    from pg_partitioned_table p
    join pg_class c on c.oid = p.partrelid
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partstrat = 'r' and c.relnamespace = 'public'::regnamespace
    order by c.relname
  loop
    for month in 0 .. months_ahead loop
      first_day := date_trunc('month', now() at time zone 'UTC') + make_interval(months => month);
      last_day := first_day + interval '1 month';
      partition_name := format('%s_%s', parent.relname, to_char(first_day, 'YYYY_MM'));
      continue when to_regclass('public.' || quote_ident(partition_name)) is not null;
      bounds := case
        when parent.by_id then format(
          'from (%L) to (%L)', public.chatflow_first_id(first_day), public.chatflow_first_id(last_day))
        else format('from (%L) to (%L)', first_day at time zone 'UTC', last_day at time zone 'UTC')
      end;
      begin
        execute format('create table public.%I partition of %s for values %s%s',
          partition_name, parent.relation, bounds,
          case when parent.relname = 'message' then ' with (fillfactor = 70)' else '' end);
        made := made + 1;
      exception when check_violation then
        raise warning 'the default partition of % already holds rows of %',
          parent.relation, partition_name;
      end;
    end loop;
  end loop;
  return made;
end
$$;
revoke execute on function chatflow_make_partitions(int) from public;
grant execute on function chatflow_make_partitions(int) to chatflow_worker;

drop function chatflow_make_partitions(regclass, int);
drop function chatflow_make_id_partitions(regclass, int);

--rollback drop function chatflow_make_partitions(int);
