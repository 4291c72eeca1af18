--liquibase formatted sql
--changeset chatflow:202611240920-find-waiting-contacts

-- Whether an earlier message of the same contact still waits is asked for each that comes in.
create index inbound_queue_by_contact on inbound_queue (workspace_id, contact_id, seq);

--rollback drop index inbound_queue_by_contact;
