-- A number that comes back is inside a range of its context, as the ranges are now.
INSERT INTO issue (row_number, key, column_name, value, params)
SELECT 0, 'exten_range', number.column_name, number.exten,
	jsonb_build_object('exten', number.exten, 'context', context.name)
FROM (
	SELECT tenant_id, CASE relation WHEN 'incall' THEN 'incall_exten' ELSE 'exten' END AS column_name,
		CASE relation WHEN 'incall' THEN 'incall' ELSE 'user' END AS kind,
		coalesce(cells -> 'exten', now -> 'exten') AS exten,
		coalesce(cells -> 'context_id', now -> 'context_id')::bigint AS context_id
	FROM back
	WHERE relation IN ('extension', 'incall') AND (act = 'insert' OR act = 'update' AND cells ?| '{exten,context_id}'::text[])
) number
JOIN context ON context.tenant_id = number.tenant_id AND context.id = number.context_id
WHERE number.exten ~ '^\+?[0-9]+$' AND NOT EXISTS (
	SELECT FROM context_range range
	WHERE range.tenant_id = number.tenant_id AND range.context_id = number.context_id AND range.kind = number.kind
		AND length(range.low) = length(ltrim(number.exten, '+'))
		AND ltrim(number.exten, '+') COLLATE "C" BETWEEN range.low AND range.high);
