--liquibase formatted sql
--changeset chatflow:202611241200-add-mail splitStatements:false

create table mail (
  workspace_id uuid not null,
  id uuid not null,
  recipient text not null,
  subject text not null,
  body text not null,
  attempts int not null default 0,
  due_at timestamptz not null,
  last_error text,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create index mail_by_due on mail (workspace_id, due_at);
select chatflow_tenant_table('mail');

alter table webhook_endpoint add column notify_emails text[] not null default '{}';

--rollback alter table webhook_endpoint drop column notify_emails;
--rollback drop table mail;
