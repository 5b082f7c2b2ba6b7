-- Times are milliseconds since 1970, ids are UUIDs of version 7 as text: both sort in order.

create table jobs (
  id               varchar(36) not null primary key,
  state            varchar(16) not null
                   check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  request          text        not null, -- the ImageRequest as the API writes it
  cancel_requested smallint    not null default 0,
  created_at       bigint      not null,
  started_at       bigint,
  finished_at      bigint,
  error            text
);

create index jobs_by_state on jobs (state, id);

create table images (
  id          varchar(36) not null primary key,
  job_id      varchar(36) not null references jobs (id),
  batch_index integer     not null,
  seed        bigint      not null,
  parameters  text        not null,
  bytes       bigint      not null,
  created_at  bigint      not null,
  unique (job_id, batch_index)
);

-- Files that have no row in images: not yet, or no more. Written before the first of them appears
-- or the row goes, so that a crash leaves no file that nobody knows of.
create table loose_files (
  id         varchar(36) not null primary key,
  created_at bigint      not null
);
