--liquibase formatted sql
--changeset chatflow:202611302330-enter-workspaces splitStatements:false

-- Says for whom a transaction works. `set local` itself differs by workspace, so it would be another
-- statement for each, in a round trip of its own; a call of this is one statement for all, and is
-- sent with the first that follows.
create function chatflow_enter(workspace uuid) returns void language plpgsql as $$
begin
  execute 'set local app.workspace_id = ' || quote_literal(workspace);
end
$$;

--rollback drop function chatflow_enter(uuid);
