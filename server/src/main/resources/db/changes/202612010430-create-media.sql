--liquibase formatted sql
--changeset chatflow:202612010430-create-media splitStatements:false

-- The contents, one per workspace and digest. One that is doomed and past its time goes: nobody has
-- it any more, or whoever brought it was killed before he said so.
create table media_blob (
  workspace_id uuid not null,
  sha256 bytea not null,
  doomed_at timestamptz,
  primary key (workspace_id, sha256)
);
create index media_blob_by_doom on media_blob (doomed_at) where doomed_at is not null;
select chatflow_tenant_table('media_blob');

create table media (
  workspace_id uuid not null,
  id uuid not null,
  sha256 bytea not null,
  filename text not null,
  mime_type text not null,
  size_bytes bigint not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, sha256, filename, mime_type),
  foreign key (workspace_id, sha256) references media_blob
);
select chatflow_tenant_table('media');

--rollback drop table media;
--rollback drop table media_blob;
