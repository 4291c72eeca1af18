--liquibase formatted sql
--changeset chatflow:202611251200-note-adaptations

-- In which other form a content was sent; null for nearly all.
alter table message add column adapted jsonb;

--rollback alter table message drop column adapted;
