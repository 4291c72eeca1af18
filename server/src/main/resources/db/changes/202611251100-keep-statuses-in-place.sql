--liquibase formatted sql
--changeset chatflow:202611251100-keep-statuses-in-place

-- A message climbs three times or more. While an index knew its status, each step wrote the row
-- into every index anew. The few that are looked for by status have a column of their own, which
-- stays empty while a message goes its usual way.
alter table message add column rare_status text generated always as (
  case when status in ('failed', 'unknown', 'scheduled', 'cancelled') then status end) stored;
drop index message_in_trouble;
create index message_by_rare_status on message (workspace_id, rare_status, id)
  where rare_status is not null;

--rollback drop index message_by_rare_status;
--rollback alter table message drop column rare_status;
--rollback create index message_in_trouble on message (workspace_id, status, id) where status in ('failed', 'unknown', 'scheduled', 'cancelled');
