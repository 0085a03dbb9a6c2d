-- Names of things are stored in the normal form NFC, as files have them once they are read:
-- whoever makes one, a setup file, a page or the API, may write it otherwise.

CREATE FUNCTION name_nfc() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
	NEW.name := normalize(NEW.name, NFC);
	RETURN NEW;
END
$$;

DO $$
DECLARE
	kind text;
BEGIN
	FOREACH kind IN ARRAY ARRAY['context', 'call_permission', 'label', 'cti_profile', 'line_template'] LOOP
		-- Where both forms are there already, both stay.
		EXECUTE format('UPDATE %1$I t SET name = normalize(name, NFC) WHERE name IS NOT NFC NORMALIZED
			AND NOT EXISTS (SELECT FROM %1$I o WHERE o.tenant_id = t.tenant_id AND o.name = normalize(t.name, NFC))', kind);
		EXECUTE format('CREATE TRIGGER name_nfc BEFORE INSERT OR UPDATE OF name ON %I FOR EACH ROW
			WHEN (NEW.name IS NOT NFC NORMALIZED) EXECUTE FUNCTION name_nfc()', kind);
	END LOOP;
END
$$;
