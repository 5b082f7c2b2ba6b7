-- How often a download has changed. An answer and an event about the same download can reach a page in
-- either order; this says which of them is the newer.
alter table downloads add column revision bigint not null default 0;
