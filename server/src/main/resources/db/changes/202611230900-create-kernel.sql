--liquibase formatted sql
--changeset chatflow:202611230900-create-kernel splitStatements:false

-- The second wall: a request sees the rows of the workspace in its transaction's setting and no
-- others, and an unset tenant sees nothing. Lanes that work for many tenants see all.
create function chatflow_tenant_table(tenant_table regclass) returns void language plpgsql as $$
declare
  own constant text :=
    'workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid';
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('alter table %s force row level security', tenant_table);
  execute format(
    'create policy request_own on %s to chatflow_request using (%s) with check (%s)',
    tenant_table, own, own);
  execute format(
    'create policy worker_all on %s to chatflow_worker using (true) with check (true)',
    tenant_table);
  execute format(
    'grant select, insert, update, delete on %s to chatflow_request, chatflow_worker',
    tenant_table);
end
$$;

-- Makes the monthly partitions of a table partitioned by a timestamp: this month's and the given
-- number of months ahead. Runs as the owner, because the worker role must not own tables. Rows of
-- a month that nobody made ahead of time are kept by the default partition.
create function chatflow_make_partitions(parent regclass, months_ahead int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  first_day timestamptz;
  partition_name text;
  made int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('chatflow_make_partitions'));
  for month in 0 .. months_ahead loop
    first_day := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
    first_day := (first_day at time zone 'UTC' + make_interval(months => month)) at time zone 'UTC';
    partition_name := format(
      '%s_%s', split_part(parent::text, '.', -1), to_char(first_day at time zone 'UTC', 'YYYY_MM'));
    if to_regclass('public.' || quote_ident(partition_name)) is null then
      begin
        execute format(
          'create table public.%I partition of %s for values from (%L) to (%L)',
          partition_name, parent, first_day,
          (first_day at time zone 'UTC' + interval '1 month') at time zone 'UTC');
        made := made + 1;
      exception when check_violation then
        raise warning 'the default partition of % already holds rows of %', parent, partition_name;
      end;
    end if;
  end loop;
  return made;
end
$$;
revoke execute on function chatflow_make_partitions(regclass, int) from public;
grant execute on function chatflow_make_partitions(regclass, int) to chatflow_worker;

grant usage on schema public to chatflow_request, chatflow_worker;

-- Nodes and lanes -------------------------------------------------------------------------------

create table node (
  id uuid primary key,
  name text not null,
  beat bigint not null,
  beat_at timestamptz not null default now(),
  started_at timestamptz not null default now()
) with (fillfactor = 50);
grant select, insert, update, delete on node to chatflow_worker;

create table lane (
  workspace_id uuid not null,
  kind text not null,
  key text not null,
  due_at timestamptz not null,
  owner uuid,
  epoch bigint not null default 0,
  primary key (workspace_id, kind, key)
) with (fillfactor = 50);
create index lane_by_due on lane (due_at) where due_at < 'infinity';
create index lane_by_owner on lane (owner) where owner is not null;
select chatflow_tenant_table('lane');

create table dead_letter (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  key text not null,
  item jsonb not null,
  reason text not null,
  attempts int not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index dead_letter_by_kind on dead_letter (workspace_id, kind, id);
select chatflow_tenant_table('dead_letter');

-- Events ----------------------------------------------------------------------------------------

create sequence event_queue_seq;
grant usage on sequence event_queue_seq to chatflow_request, chatflow_worker;

create table event_queue (
  workspace_id uuid not null,
  seq bigint not null default nextval('event_queue_seq'),
  origin text not null,
  id uuid not null,
  type text not null,
  data json not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, seq)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create index event_queue_by_origin on event_queue (workspace_id, origin, seq);
select chatflow_tenant_table('event_queue');

create table event_head (
  workspace_id uuid primary key,
  position bigint not null default 0
) with (fillfactor = 50);
select chatflow_tenant_table('event_head');

create table event (
  workspace_id uuid not null,
  position bigint not null,
  id uuid not null,
  type text not null,
  data json not null,
  created_at timestamptz not null,
  primary key (workspace_id, position, created_at)
) partition by range (created_at);
create table event_default partition of event default;
select chatflow_tenant_table('event');
select chatflow_make_partitions('event', 2);

-- Tenancy ---------------------------------------------------------------------------------------

create table organization (
  id uuid primary key,
  name text not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
grant select, insert, update, delete on organization to chatflow_worker;

create table workspace (
  id uuid primary key,
  organization_id uuid not null references organization (id),
  name text not null,
  mode text not null check (mode in ('live', 'test')),
  live_workspace_id uuid references workspace (id),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((mode = 'test') = (live_workspace_id is not null))
);
create index workspace_by_organization on workspace (organization_id, id);
create unique index workspace_test_of on workspace (live_workspace_id)
  where live_workspace_id is not null;
alter table workspace enable row level security;
alter table workspace force row level security;
create policy request_own on workspace to chatflow_request
  using (id = nullif(current_setting('app.workspace_id', true), '')::uuid)
  with check (id = nullif(current_setting('app.workspace_id', true), '')::uuid);
create policy worker_all on workspace to chatflow_worker using (true) with check (true);
grant select, update on workspace to chatflow_request;
grant select, insert, update, delete on workspace to chatflow_worker;

create table api_key (
  workspace_id uuid not null references workspace (id),
  id uuid not null,
  name text not null,
  hash bytea not null,
  hint text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, hash)
);
create index api_key_by_hash on api_key (hash);
select chatflow_tenant_table('api_key');

create table revocation_epoch (
  only_row boolean primary key default true check (only_row),
  epoch bigint not null
);
insert into revocation_epoch (epoch) values (0);
grant select, update on revocation_epoch to chatflow_request, chatflow_worker;

-- Secrets, safe retries, raw webhooks -----------------------------------------------------------

create table data_key (
  workspace_id uuid not null,
  id uuid not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
select chatflow_tenant_table('data_key');

create table idempotency (
  workspace_id uuid not null,
  operation text not null,
  key text not null,
  fingerprint bytea not null,
  status int,
  headers jsonb,
  body bytea,
  created_at timestamptz not null default now(),
  primary key (workspace_id, operation, key)
);
create index idempotency_by_age on idempotency (created_at);
select chatflow_tenant_table('idempotency');

create table webhook_journal (
  workspace_id uuid not null,
  id uuid not null,
  hook_id uuid not null,
  provider text not null,
  headers jsonb not null,
  body bytea not null,
  reason text not null,
  received_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index webhook_journal_by_age on webhook_journal (received_at);
select chatflow_tenant_table('webhook_journal');

--rollback drop table webhook_journal, idempotency, data_key, revocation_epoch, api_key, workspace;
--rollback drop table organization, event, event_head, event_queue, dead_letter, lane, node;
--rollback drop sequence event_queue_seq;
--rollback drop function chatflow_make_partitions(regclass, int);
--rollback drop function chatflow_tenant_table(regclass);
