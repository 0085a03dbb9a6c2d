-- What becomes of each row.  What was changed since stays as it is, unless it is to be
-- taken back too.

UPDATE back SET moved = true
WHERE existed AND remained AND CASE relation
	WHEN 'incall' THEN NOT new ? 'user_id' AND (now -> 'user_id')::bigint IS DISTINCT FROM user_id
	WHEN 'extension' THEN NOT new ? 'line_id' AND (SELECT line.user_id FROM line
		WHERE line.tenant_id = back.tenant_id AND line.id = (now -> 'line_id')::bigint) IS DISTINCT FROM user_id
	ELSE false END;

-- A cell goes back where it still has the value that the job gave it.  A holder and its
-- ring seconds, a number and its context are one.
UPDATE back
SET act = 'update', cells = slice(old, ARRAY(
	SELECT key FROM each(back.new)
	WHERE (back.now -> key) IS DISTINCT FROM (back.old -> key) AND ((SELECT force FROM undone)
		OR NOT EXISTS (SELECT FROM each(back.new) other
			WHERE (back.now -> other.key) IS DISTINCT FROM other.value AND (other.key = each.key
				OR back.relation = 'incall' AND other.key IN ('user_id', 'ring_seconds') AND each.key IN ('user_id', 'ring_seconds')
				OR other.key IN ('exten', 'number', 'context_id') AND each.key IN ('exten', 'number', 'context_id'))))))
WHERE existed AND remained AND now IS NOT NULL AND NOT moved;
UPDATE back SET act = NULL WHERE act = 'update' AND cells = '';

UPDATE back SET act = 'insert', cells = old WHERE existed AND NOT remained AND now IS NULL;
UPDATE back SET act = 'delete'
WHERE NOT existed AND now IS NOT NULL AND act IS NULL
	AND ((SELECT force FROM undone) OR now @> (new - '{account}'::text[])
		-- Its user's row decides.
		OR user_id IN (SELECT id FROM back made WHERE made.relation = 'users' AND NOT made.existed));

-- A user that was made and is another one now stays with all that belongs to it.
CREATE TEMP TABLE IF NOT EXISTS stays (user_id bigint NOT NULL);
TRUNCATE stays;
INSERT INTO stays
SELECT made.id
FROM back made
WHERE made.relation = 'users' AND made.act = 'delete' AND NOT (SELECT force FROM undone) AND (
	EXISTS (SELECT FROM since WHERE since.user_id = made.id)
	OR EXISTS (SELECT FROM users u JOIN since ON since.relation = 'voicemail' AND since.id = u.voicemail_id
		WHERE u.id = made.id)
	OR EXISTS (SELECT FROM incall i LEFT JOIN back own ON own.relation = 'incall' AND own.id = i.id
		WHERE i.tenant_id = made.tenant_id AND i.user_id = made.id AND own.id IS NULL));
ANALYZE stays;
UPDATE back SET act = NULL
WHERE EXISTS (SELECT FROM stays) AND act IS NOT NULL AND (user_id IN (SELECT user_id FROM stays)
	OR relation = 'incall' AND EXISTS (SELECT FROM incall i
		WHERE i.id = back.id AND i.tenant_id = back.tenant_id AND i.user_id IN (SELECT user_id FROM stays)));

-- An incoming number that was made, and that by now is of somebody who does not go.
UPDATE back SET act = NULL
FROM passed
JOIN incall ON incall.tenant_id = passed.tenant_id AND incall.id = passed.id
WHERE passed.relation = 'incall' AND incall.user_id NOT IN (SELECT id FROM back WHERE relation = 'users' AND act = 'delete')
	AND back.relation = 'incall' AND back.act = 'delete' AND NOT back.existed AND back.tenant_id = passed.tenant_id AND back.id = passed.id;

-- A line that was made goes with its number, and stays where that is another one now.
UPDATE back SET act = NULL
WHERE relation = 'line' AND act = 'delete' AND NOT (SELECT force FROM undone)
	AND EXISTS (SELECT FROM extension x LEFT JOIN back own ON own.relation = 'extension' AND own.id = x.id
		WHERE x.tenant_id = back.tenant_id AND x.line_id = back.id AND own.act IS NULL)
	AND user_id NOT IN (SELECT id FROM back WHERE relation = 'users' AND act = 'delete');
UPDATE back SET act = NULL
WHERE relation = 'extension' AND act = 'delete' AND (now -> 'line_id')::bigint IN (
	SELECT id FROM back WHERE relation = 'line' AND act IS NULL AND NOT existed);
