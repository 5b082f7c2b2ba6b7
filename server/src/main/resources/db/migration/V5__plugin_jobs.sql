-- Long work of plugins.
create table plugin_jobs (
  id               varchar(36) not null primary key,
  revision         bigint      not null default 0, -- how often it has changed
  type             varchar(96) not null,           -- the plugin's id, a dot and the type's own
  title            text        not null,
  state            varchar(16) not null
                   check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  parameters       text        not null,           -- JSON, with the defaults of its time
  saved            text,                           -- what the plugin goes on from
  cancel_requested smallint    not null default 0,
  created_at       bigint      not null,
  started_at       bigint,
  finished_at      bigint,
  error            text
);

create index plugin_jobs_by_state on plugin_jobs (state, id);

-- The pictures that a job has asked for, by its own names, so that none is made twice.
create table plugin_job_pictures (
  plugin_job_id varchar(36)  not null references plugin_jobs (id),
  name          varchar(100) not null,
  job_id        varchar(36)  not null references jobs (id),
  primary key (plugin_job_id, name)
);

create table plugin_job_results (
  plugin_job_id varchar(36) not null references plugin_jobs (id),
  name          varchar(40) not null,
  changed_at    bigint      not null,
  primary key (plugin_job_id, name)
);
