-- The same rows as they are now.
UPDATE back SET now = hstore(r) FROM users r
WHERE back.relation = 'users' AND back.now IS NULL AND r.tenant_id = back.tenant_id AND r.id = back.id;
UPDATE back SET now = hstore(r) FROM voicemail r
WHERE back.relation = 'voicemail' AND back.now IS NULL AND r.tenant_id = back.tenant_id AND r.id = back.id;
UPDATE back SET now = hstore(r) FROM line r
WHERE back.relation = 'line' AND r.tenant_id = back.tenant_id AND r.id = back.id;
UPDATE back SET now = hstore(r) FROM extension r
WHERE back.relation = 'extension' AND r.tenant_id = back.tenant_id AND r.id = back.id;
UPDATE back SET now = hstore(r) FROM incall r
WHERE back.relation = 'incall' AND back.now IS NULL AND r.tenant_id = back.tenant_id AND r.id = back.id;
UPDATE back SET now = hstore(r) FROM user_call_permission r
WHERE back.relation = 'user_call_permission' AND r.tenant_id = back.tenant_id AND r.user_id = back.id
	AND r.call_permission_id = back.item_id;
UPDATE back SET now = hstore(r) FROM user_label r
WHERE back.relation = 'user_label' AND r.tenant_id = back.tenant_id AND r.user_id = back.id
	AND r.label_id = back.item_id;
