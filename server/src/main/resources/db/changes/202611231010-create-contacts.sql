--liquibase formatted sql
--changeset chatflow:202611231010-create-contacts

create table contact (
  workspace_id uuid not null,
  id uuid not null,
  external_id text,
  name text,
  language text,
  tags text[] not null default '{}',
  attributes jsonb not null default '{}',
  metadata jsonb not null default '{}',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
) with (fillfactor = 85);
create unique index contact_external_id on contact (workspace_id, external_id)
  where external_id is not null;
create index contact_tags on contact using gin (tags);
select chatflow_tenant_table('contact');

-- One row for each way a contact is known by. Written before the contact itself, so that of two
-- concurrent arrivals of one person only one makes a contact.
create table contact_identity (
  workspace_id uuid not null,
  kind text not null,
  value text not null,
  contact_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, kind, value)
);
create index contact_identity_of on contact_identity (workspace_id, contact_id);
select chatflow_tenant_table('contact_identity');

--rollback drop table contact_identity, contact;
