--liquibase formatted sql
--changeset chatflow:202611230910-extend-tenancy

alter table workspace add column metadata jsonb not null default '{}';
alter table workspace add column test_workspace_id uuid references workspace (id);
alter table api_key add column updated_at timestamptz not null default now();

--rollback alter table api_key drop column updated_at;
--rollback alter table workspace drop column test_workspace_id, drop column metadata;
