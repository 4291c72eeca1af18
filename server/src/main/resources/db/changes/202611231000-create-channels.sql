--liquibase formatted sql
--changeset chatflow:202611231000-create-channels splitStatements:false

-- Where one application of a provider posts its webhooks; the channels of that application share it.
-- seen_at is a hint for people, written at most once a minute.
create table hook (
  workspace_id uuid not null,
  id uuid not null,
  provider text not null,
  app_id text not null,
  app_secret bytea not null,
  verify_token bytea not null,
  seen_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, provider, app_id)
);
-- a webhook names its hook and nothing else
create index hook_by_id on hook (id);
select chatflow_tenant_table('hook');

-- account: the provider's id of the number, what webhooks are routed by.
-- account_group: the provider's id of the account that the number belongs to.
create table channel (
  workspace_id uuid not null,
  id uuid not null,
  type text not null,
  name text not null,
  status text not null,
  problem jsonb,
  account text not null,
  account_group text,
  config jsonb not null,
  hook_id uuid,
  credential bytea,
  send_rate_per_second int not null,
  metadata jsonb not null default '{}',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, type, account),
  foreign key (workspace_id, hook_id) references hook (workspace_id, id)
);
create index channel_by_hook on channel (workspace_id, hook_id) where hook_id is not null;
select chatflow_tenant_table('channel');

-- The simulated provider: what the handset was sent, once per message of ours however often it is
-- sent. accepted_at is null while attempts are still being refused.
create table sandbox_message (
  workspace_id uuid not null,
  channel_id uuid not null,
  message_id uuid not null,
  id uuid not null,
  recipient text not null,
  content jsonb not null,
  status text not null,
  attempts int not null default 1,
  accepted_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, channel_id, message_id),
  foreign key (workspace_id, channel_id) references channel (workspace_id, id) on delete cascade
);
create index sandbox_message_by_id on sandbox_message (workspace_id, channel_id, id desc)
  where accepted_at is not null;
select chatflow_tenant_table('sandbox_message');

-- Receipts that the simulated provider still has to send.
create table sandbox_receipt (
  workspace_id uuid not null,
  channel_id uuid not null,
  message_id uuid not null,
  status text not null,
  due_at timestamptz not null,
  primary key (workspace_id, channel_id, message_id, status),
  foreign key (workspace_id, channel_id, message_id)
    references sandbox_message (workspace_id, channel_id, message_id) on delete cascade
);
create index sandbox_receipt_by_due on sandbox_receipt (workspace_id, channel_id, due_at);
select chatflow_tenant_table('sandbox_receipt');

--rollback drop table sandbox_receipt, sandbox_message, channel, hook;
