-- What the columns of files with certain names mean, as a tenant's administrators have said.

-- A set of names, whatever their order.
CREATE FUNCTION mapping_key(names jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE
AS $$
	SELECT sha256(convert_to(string_agg(to_json(name)::text, ',' ORDER BY name COLLATE "C"), 'UTF8'))
	FROM (SELECT DISTINCT name FROM jsonb_array_elements_text(names) name) each
$$;

CREATE TABLE mapping (
	tenant_id int NOT NULL REFERENCES tenant ON DELETE CASCADE,
	key bytea NOT NULL,
	names jsonb NOT NULL,
	options jsonb NOT NULL CHECK (jsonb_typeof(options) = 'object'),
	file_name text NOT NULL,
	admin_name text NOT NULL,
	changed_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, key)
);
COMMENT ON TABLE mapping IS 'mappings that are used again for files with the same names of columns';
COMMENT ON COLUMN mapping.key IS 'mapping_key(names)';
COMMENT ON COLUMN mapping.options IS 'map, split and set of cgi/users/options.def';

ALTER TABLE mapping ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON mapping FOR SELECT TO rollcall_worker USING (true);
GRANT SELECT ON mapping TO rollcall_worker;
CREATE POLICY scope ON mapping TO rollcall_web USING (tenant_id = ANY ((SELECT scope())::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON mapping TO rollcall_web;

-- Labels that a file names may be created with its users (sql/shared/apply/05_label.sql).
GRANT INSERT ON label TO rollcall_worker;
GRANT USAGE ON SEQUENCE label_id_seq TO rollcall_worker;
