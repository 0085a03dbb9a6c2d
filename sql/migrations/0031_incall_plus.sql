-- +33142000001 and 33142000001 are one number: two users cannot have it.
DO $$
DECLARE
	twice text;
BEGIN
	SELECT string_agg(format('%s of context %s', held.exten, held.name), ', ') INTO twice
	FROM (
		SELECT min(incall.exten) AS exten, context.name
		FROM incall
		JOIN context ON context.tenant_id = incall.tenant_id AND context.id = incall.context_id
		WHERE user_id IS NOT NULL
		GROUP BY context.tenant_id, context.id, ltrim(incall.exten, '+')
		HAVING count(*) > 1
		LIMIT 10
	) held;
	IF twice IS NOT NULL THEN
		RAISE 'incoming numbers that two users have, one with a + and one without: %', twice
			USING HINT = 'Take each of them from one of its users, by an update, and migrate again.';
	END IF;
END
$$;
ALTER TABLE incall ADD CONSTRAINT incall_plus EXCLUDE USING btree
	(tenant_id WITH =, context_id WITH =, ltrim(exten, '+') WITH =) WHERE (user_id IS NOT NULL) DEFERRABLE;
