--liquibase formatted sql
--changeset chatflow:202611230910-create-housekeeping splitStatements:false

-- Recurring work of the installation itself, one row per job; worked by lanes like everything else.
create table housekeeping (
  job text primary key,
  due_at timestamptz not null
);
grant select, insert, update, delete on housekeeping to chatflow_worker;

--rollback drop table housekeeping;
