-- Numbers in the browser: free ones are made, renamed and deleted, and numbers are set
-- aside.  A reserved number is given to nobody until it is released; it need not exist yet.
CREATE TABLE context_reserved (
	tenant_id int NOT NULL,
	context_id bigint NOT NULL,
	number text COLLATE "C" NOT NULL CHECK (number ~ '^\+?[0-9]{1,40}$'),
	PRIMARY KEY (tenant_id, context_id, number),
	FOREIGN KEY (tenant_id, context_id) REFERENCES context ON DELETE CASCADE
);
COMMENT ON TABLE context_reserved IS 'Numbers set aside: a file that names one is wrong, and none is offered as free';
ALTER TABLE context_reserved ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON context_reserved USING (tenant_id = ANY ((SELECT scope())::int[]));
GRANT SELECT, INSERT, DELETE ON context_reserved TO rollcall_web;
GRANT SELECT ON context_reserved TO rollcall_worker;

GRANT INSERT (tenant_id, context_id, exten), UPDATE (exten) ON extension TO rollcall_web;
GRANT INSERT (tenant_id, context_id, exten), UPDATE (exten) ON incall TO rollcall_web;
GRANT INSERT (tenant_id, context_id, number, name), UPDATE (number) ON voicemail TO rollcall_web;
