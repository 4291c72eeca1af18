--liquibase formatted sql
--changeset chatflow:202611240910-create-webhooks splitStatements:false

create table webhook_endpoint (
  workspace_id uuid not null,
  id uuid not null,
  url text not null,
  description text,
  event_types text[] not null,
  channel_ids uuid[] not null,
  condition jsonb,
  status text not null,
  disabled_reason text,
  rate_per_second int,
  metadata jsonb not null,
  secret bytea not null,
  old_secret bytea,
  old_secret_until timestamptz,
  version int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id)
);
select chatflow_tenant_table('webhook_endpoint');

-- How far an endpoint is and how it does: apart from it, because it moves with every batch.
create table webhook_progress (
  workspace_id uuid not null,
  endpoint_id uuid not null,
  position bigint not null,
  failing_since timestamptz,
  failures int not null default 0,
  warned int not null default 0,
  paused_until timestamptz,
  primary key (workspace_id, endpoint_id),
  foreign key (workspace_id, endpoint_id) references webhook_endpoint on delete cascade
) with (fillfactor = 50);
select chatflow_tenant_table('webhook_progress');

-- Only what failed, is a test or is to be sent again has a row: the happy path has none.
create table webhook_delivery (
  workspace_id uuid not null,
  endpoint_id uuid not null,
  id uuid not null,
  position bigint,
  event_id uuid not null,
  event_type text not null,
  sample text,
  status text not null,
  attempts int not null,
  due_at timestamptz not null,
  last_error text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, endpoint_id, id),
  unique (workspace_id, endpoint_id, position),
  foreign key (workspace_id, endpoint_id) references webhook_endpoint on delete cascade
) with (fillfactor = 70);
create index webhook_delivery_by_due on webhook_delivery (workspace_id, endpoint_id, due_at)
  where status = 'pending';
select chatflow_tenant_table('webhook_delivery');

-- What was posted and what came back, for some days.
create table webhook_attempt (
  workspace_id uuid not null,
  endpoint_id uuid not null,
  id uuid not null,
  position bigint,
  event_id uuid not null,
  event_type text not null,
  attempt int not null,
  succeeded boolean not null,
  response_status int,
  response_body text,
  error text,
  duration_ms int not null,
  created_at timestamptz not null,
  primary key (workspace_id, endpoint_id, id)
);
create index webhook_attempt_by_age on webhook_attempt using brin (created_at);
select chatflow_tenant_table('webhook_attempt');

--rollback drop table webhook_attempt, webhook_delivery, webhook_progress, webhook_endpoint;
