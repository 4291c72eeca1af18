--liquibase formatted sql
--changeset chatflow:202611231000-complete-tenancy splitStatements:false

-- A live workspace knows its test workspace, so that a request bound to one finds the other's id
-- without reading the other's row, which row-level security hides.
alter table workspace
  add column if not exists test_workspace_id uuid references workspace (id),
  add column if not exists metadata jsonb not null default '{}';

alter table api_key
  add column if not exists updated_at timestamptz not null default now();

--rollback alter table api_key drop column updated_at;
--rollback alter table workspace drop column metadata, drop column test_workspace_id;
