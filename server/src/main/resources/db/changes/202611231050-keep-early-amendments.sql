--liquibase formatted sql
--changeset chatflow:202611231050-keep-early-amendments

-- An edit or a revocation that came before its message waits here, as early statuses do in pending.
alter table provider_ref add column amendment jsonb;

--rollback alter table provider_ref drop column amendment;
