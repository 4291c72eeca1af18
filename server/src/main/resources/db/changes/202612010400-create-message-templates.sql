--liquibase formatted sql
--changeset chatflow:202612010400-create-message-templates splitStatements:false

-- Templates belong to the account at the provider, which all its channels share. The `…_at` columns
-- say how fresh what is known of a part is, by the provider's clock: webhooks come in no order.
create table message_template (
  workspace_id uuid not null,
  id uuid not null,
  channel_type text not null,
  account text not null,
  provider_id text,
  name text not null,
  language text not null,
  category text not null,
  previous_category text,
  status text not null,
  provider_status text,
  quality text not null,
  rejection_reason text,
  rejection_detail text,
  parameter_format text not null,
  components jsonb not null,
  status_at timestamptz not null,
  category_at timestamptz not null,
  quality_at timestamptz not null,
  seen_at timestamptz,
  version int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, channel_type, account, name, language)
);
create index message_template_by_provider
  on message_template (workspace_id, channel_type, account, provider_id);
create index message_template_deleted on message_template (updated_at) where status = 'deleted';
select chatflow_tenant_table('message_template');

-- What is known of the templates of an account, and when they are read again. `stale_at`: something
-- was heard of a template that is not here.
create table template_account (
  workspace_id uuid not null,
  channel_type text not null,
  account text not null,
  synced_at timestamptz,
  stale_at timestamptz,
  due_at timestamptz,
  primary key (workspace_id, channel_type, account)
);
create index template_account_by_due on template_account (workspace_id, due_at)
  where due_at is not null;
select chatflow_tenant_table('template_account');

--rollback drop table template_account; drop table message_template;
