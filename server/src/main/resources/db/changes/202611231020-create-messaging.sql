--liquibase formatted sql
--changeset chatflow:202611231020-create-messaging splitStatements:false

-- Months of a table partitioned by a UUIDv7: an id carries its time, so a row is found by id alone
-- and the primary key needs no second column. What nobody made ahead of time goes to the default.
create function chatflow_make_id_partitions(parent regclass, months_ahead int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  first_day timestamp;
  partition_name text;
  made int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('chatflow_make_partitions'));
  for month in 0 .. months_ahead loop
    first_day := date_trunc('month', now() at time zone 'UTC') + make_interval(months => month);
    partition_name := format(
      '%s_%s', split_part(parent::text, '.', -1), to_char(first_day, 'YYYY_MM'));
    if to_regclass('public.' || quote_ident(partition_name)) is null then
      begin
        execute format(
          'create table public.%I partition of %s for values from (%L) to (%L) with (fillfactor = 70)',
          partition_name, parent, public.chatflow_first_id(first_day),
          public.chatflow_first_id(first_day + interval '1 month'));
        made := made + 1;
      exception when check_violation then
        raise warning 'the default partition of % already holds rows of %', parent, partition_name;
      end;
    end if;
  end loop;
  return made;
end
$$;

-- The least UUIDv7 of a moment (UTC).
create function chatflow_first_id(moment timestamp) returns uuid
language sql immutable as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0')
    || '00000000000000000000')::uuid
$$;
revoke execute on function chatflow_make_id_partitions(regclass, int) from public;
grant execute on function chatflow_make_id_partitions(regclass, int) to chatflow_worker;

create table conversation (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  contact_id uuid,
  group_id text,
  group_subject text,
  address text not null,
  status text not null default 'open',
  window_expires_at timestamptz,
  unread_count int not null default 0,
  last_message_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id),
  check ((contact_id is null) = (group_id is not null))
) with (fillfactor = 70);
create unique index conversation_of_contact on conversation (workspace_id, channel_id, contact_id)
  where group_id is null;
create unique index conversation_of_group on conversation (workspace_id, channel_id, group_id)
  where group_id is not null;
create index conversation_by_contact on conversation (workspace_id, contact_id);
create index conversation_by_latest on conversation (workspace_id, last_message_at desc, id desc);
select chatflow_tenant_table('conversation');

create table message (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  conversation_id uuid not null,
  contact_id uuid,
  direction text not null,
  source text not null,
  status text not null,
  priority text,
  content jsonb not null,
  context jsonb,
  pricing jsonb,
  error jsonb,
  provider_id text,
  metadata jsonb not null default '{}',
  scheduled_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  failed_at timestamptz,
  edited_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
) partition by range (id);
create table message_default partition of message default with (fillfactor = 70);
create index message_by_conversation on message (workspace_id, conversation_id, id);
create index message_by_contact on message (workspace_id, contact_id, id);
create index message_in_trouble on message (workspace_id, status, id)
  where status in ('failed', 'unknown', 'scheduled', 'cancelled');
select chatflow_tenant_table('message');
select chatflow_make_id_partitions('message', 2);

-- The provider's ids of messages, in a table of their own: written by the send result and by the
-- first status or echo, whichever comes first. It is also the duplicate check of what comes in.
-- A status that came before its message waits here.
create table provider_ref (
  workspace_id uuid not null,
  channel_id uuid not null,
  provider_id text not null,
  message_id uuid,
  pending jsonb,
  created_at timestamptz not null default now(),
  primary key (workspace_id, channel_id, provider_id)
);
create index provider_ref_of_message on provider_ref (workspace_id, message_id);
select chatflow_tenant_table('provider_ref');

create sequence send_queue_seq;
grant usage on sequence send_queue_seq to chatflow_request, chatflow_worker;

-- What is to be sent now, or is being sent. 'sending' is committed before bytes leave; 'unknown'
-- waits until settle_at for the provider's echo of our id.
create table send_queue (
  workspace_id uuid not null,
  channel_id uuid not null,
  message_id uuid not null,
  priority smallint not null,
  seq bigint not null default nextval('send_queue_seq'),
  attempts int not null default 0,
  state text not null default 'queued' check (state in ('queued', 'sending', 'unknown')),
  epoch bigint,
  settle_at timestamptz,
  queued_at timestamptz not null default now(),
  primary key (workspace_id, message_id)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create index send_queue_next on send_queue (workspace_id, channel_id, priority, seq)
  where state = 'queued';
create index send_queue_open on send_queue (workspace_id, channel_id, state)
  where state <> 'queued';
select chatflow_tenant_table('send_queue');

-- What is to be sent later: future rows in the queue itself made a claim 200 times dearer.
create table scheduled_send (
  workspace_id uuid not null,
  channel_id uuid not null,
  message_id uuid not null,
  priority smallint not null,
  attempts int not null default 0,
  due_at timestamptz not null,
  primary key (workspace_id, message_id)
);
create index scheduled_send_due on scheduled_send (workspace_id, channel_id, due_at);
select chatflow_tenant_table('scheduled_send');

create sequence inbound_queue_seq;
grant usage on sequence inbound_queue_seq to chatflow_request, chatflow_worker;

-- Received messages that flows have not seen yet, by hash bucket of the contact.
create table inbound_queue (
  workspace_id uuid not null,
  bucket smallint not null,
  seq bigint not null default nextval('inbound_queue_seq'),
  message_id uuid not null,
  contact_id uuid not null,
  attempts int not null default 0,
  due_at timestamptz not null default now(),
  primary key (workspace_id, message_id)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create index inbound_queue_next on inbound_queue (workspace_id, bucket, seq);
select chatflow_tenant_table('inbound_queue');

-- Read receipts to be shown at the provider. Best effort, so a row is deleted before the call.
create table receipt_queue (
  workspace_id uuid not null,
  channel_id uuid not null,
  message_id uuid not null,
  provider_id text not null,
  typing boolean not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, message_id)
);
create index receipt_queue_next on receipt_queue (workspace_id, channel_id, created_at);
select chatflow_tenant_table('receipt_queue');

--rollback drop table receipt_queue, inbound_queue, scheduled_send, send_queue, provider_ref;
--rollback drop table message, conversation;
--rollback drop sequence inbound_queue_seq;
--rollback drop sequence send_queue_seq;
--rollback drop function chatflow_make_id_partitions(regclass, int);
--rollback drop function chatflow_first_id(timestamp);
