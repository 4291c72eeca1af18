--liquibase formatted sql
--changeset chatflow:202611241300-slim-indexes

-- A conversation's row enters each of its indexes with each message. One index by contact and
-- channel finds it for both, and is unique all the same: groups have no contact.
create unique index conversation_at on conversation (workspace_id, contact_id, channel_id);
drop index conversation_of_contact;
drop index conversation_by_contact;
-- a message knows its provider's id itself
drop index provider_ref_of_message;

--rollback create unique index conversation_of_contact on conversation (workspace_id, channel_id, contact_id) where group_id is null;
--rollback create index conversation_by_contact on conversation (workspace_id, contact_id);
--rollback create index provider_ref_of_message on provider_ref (workspace_id, message_id);
--rollback drop index conversation_at;
