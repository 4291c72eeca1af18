--liquibase formatted sql
--changeset chatflow:202611241130-index-webhook-attempts splitStatements:false

-- Which events an endpoint has got, for `replay`; and its failures, which are few among many.
create index webhook_attempt_taken on webhook_attempt (workspace_id, endpoint_id, position)
  where succeeded;
create index webhook_attempt_failed on webhook_attempt (workspace_id, endpoint_id, id)
  where not succeeded;

--rollback drop index webhook_attempt_taken, webhook_attempt_failed;
