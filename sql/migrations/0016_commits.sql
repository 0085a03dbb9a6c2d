-- Which commits wait for a standby.
-- since: 15
--
-- A worker's session has temporary tables, which are dropped when it ends: a commit, for
-- which a primary server that is cut off from its standbys would wait for ever, and could
-- not shut down.  So a worker's commits are local, but for those that end a job, which say
-- otherwise themselves (commit_durably).

ALTER ROLE rollcall_worker SET synchronous_commit = local;
