--liquibase formatted sql
--changeset chatflow:202611231030-create-flows

-- A flow and its draft. `status` says whether `published_version` runs; `last_version` counts
-- publications, so that a number is never given twice.
create table flow (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  status text not null check (status in ('draft', 'published')),
  definition jsonb not null,
  published_version int,
  last_version int not null default 0,
  metadata jsonb not null default '{}',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
select chatflow_tenant_table('flow');

-- What was published, never changed.
create table flow_version (
  workspace_id uuid not null,
  flow_id uuid not null,
  number int not null,
  definition jsonb not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, flow_id, number),
  foreign key (workspace_id, flow_id) references flow (workspace_id, id) on delete cascade
);
select chatflow_tenant_table('flow_version');

-- The triggers of the published versions, one row per keyword. `rank` puts exact before
-- starts_with before contains before any message; a null channel_ids means every channel.
create table flow_trigger (
  workspace_id uuid not null,
  flow_id uuid not null,
  position int not null,
  rank smallint not null check (rank between 0 and 3),
  keyword text not null,
  channel_ids uuid[],
  primary key (workspace_id, flow_id, position),
  foreign key (workspace_id, flow_id) references flow (workspace_id, id) on delete cascade
);
create index flow_trigger_exact on flow_trigger (workspace_id, keyword) where rank = 0;
create index flow_trigger_other on flow_trigger (workspace_id, rank) where rank > 0;
select chatflow_tenant_table('flow_trigger');

-- Outlives its flow. One waiting session per contact and channel, whatever the code does.
create table flow_session (
  workspace_id uuid not null,
  id uuid not null,
  flow_id uuid not null,
  flow_version int not null,
  contact_id uuid not null,
  channel_id uuid not null,
  conversation_id uuid not null,
  status text not null check (status in ('waiting', 'completed', 'failed', 'cancelled')),
  state jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
) with (fillfactor = 80);
create unique index flow_session_waiting on flow_session (workspace_id, contact_id, channel_id)
  where status = 'waiting';
create index flow_session_of_flow on flow_session (workspace_id, flow_id, id);
create index flow_session_of_contact on flow_session (workspace_id, contact_id, id);
select chatflow_tenant_table('flow_session');

--rollback drop table flow_session, flow_trigger, flow_version, flow;
