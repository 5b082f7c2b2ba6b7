-- The pictures that jobs begin with; their files are named by their ids, SHA-256 in hex.

create table inputs (
  id         varchar(64) not null primary key,
  width      integer     not null,
  height     integer     not null,
  created_at bigint      not null -- when it was last sent
);

create table job_inputs (
  job_id   varchar(36) not null references jobs (id),
  input_id varchar(64) not null references inputs (id),
  primary key (job_id, input_id)
);

create index job_inputs_by_input on job_inputs (input_id);
