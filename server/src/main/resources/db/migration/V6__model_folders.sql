-- Model folders that were added while the studio ran; those of the command line are not kept.
create table model_folders (
  id       varchar(36) not null primary key,
  path     text        not null unique,
  added_at bigint      not null
);
