-- Empties what an earlier judging of the same rows has left.
SELECT pg_temp.empty_tables('matched', 'found', 'missing', 'meant_twice', 'unchanged', 'deleted_user', 'disabled_user', 'name_set', 'plan', 'plan_phone',
	'plan_voicemail', 'plan_incall', 'own_incall', 'chain', 'plan_call_permission', 'plan_label',
	'made_voicemail', 'touched', 'after', 'change');
