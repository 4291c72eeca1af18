--liquibase formatted sql
--changeset chatflow:202611251000-create-operations splitStatements:false

-- Long work, worked in steps. `cursor` says how far it is, in the words of its kind; it moves in the
-- transaction of the step's effect. What is finished is never due.
create table operation (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  resource_id text,
  request_id text not null,
  status text not null,
  cursor jsonb not null,
  done bigint not null default 0,
  total bigint,
  result jsonb,
  error jsonb,
  attempts int not null default 0,
  due_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  primary key (workspace_id, id),
  check ((due_at is null) = (finished_at is not null))
) with (fillfactor = 50);
create index operation_by_due on operation (workspace_id, due_at) where due_at is not null;
create index operation_by_end on operation (finished_at) where finished_at is not null;
select chatflow_tenant_table('operation');

--rollback drop table operation;
