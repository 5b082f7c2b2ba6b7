-- Models that were fetched or are being fetched. Rows stay when a download has ended: they say where
-- a model is from, under which licence, and that Atelier may remove it.
create table downloads (
  id          varchar(36) not null primary key,
  state       varchar(16) not null
              check (state in ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'removed')),
  plan        text        not null, -- what was agreed to, as the API writes it
  path        text,                 -- where the model lies, once it is done
  created_at  bigint      not null,
  finished_at bigint,
  error       text
);

create index downloads_by_state on downloads (state, id);
