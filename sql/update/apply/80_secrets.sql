-- Secrets that an account without users.secrets gives count as changed, even where they are
-- the stored ones.
-- columns: call_permission_password password sip_secret voicemail_password
INSERT INTO touched (row_number, what)
SELECT row_number, what
FROM secret_given;

-- Their rows are written even so: what shows that a row was written (user_version) must not tell either.
UPDATE voicemail SET password = password
WHERE (tenant_id, id) IN (SELECT plan.tenant_id, plan.voicemail_id FROM secret_given JOIN plan USING (row_number)
	WHERE secret_given.what = 'voicemail');
UPDATE line SET sip_secret = sip_secret
WHERE (tenant_id, id) IN (SELECT plan.tenant_id, plan.line_id FROM secret_given JOIN plan USING (row_number)
	WHERE secret_given.what = 'line');
UPDATE users SET call_permission_password = call_permission_password
WHERE (tenant_id, id) IN (SELECT plan.tenant_id, plan.user_id FROM secret_given JOIN plan USING (row_number)
	WHERE secret_given.what = 'user');
