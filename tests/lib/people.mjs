// Makes a few users with phones, by SQL, for pages that show users.
export async function addPeople(site) {
	await site.psql(`
		INSERT INTO users (tenant_id, uuid, firstname, lastname, email, username, userfield, enabled) VALUES
			(1, '00000000-0000-4000-8000-000000000001', 'Fodé', 'Sanderson', 'fode@example.org', 'fode', '100%', true),
			(1, '00000000-0000-4000-8000-000000000002', 'Mamàsta', 'Michel', NULL, NULL, NULL, true),
			(1, '00000000-0000-4000-8000-000000000003', 'Mao', 'Abdoulai', NULL, NULL, NULL, false),
			(1, '00000000-0000-4000-8000-000000000004', '<b>Moko</b>', 'O''Neil & "Sons"', NULL, NULL, NULL, true),
			(2, '00000000-0000-4000-8000-000000000005', 'Foreign', 'User', NULL, NULL, NULL, true);
		INSERT INTO users (tenant_id, firstname, lastname)
		SELECT 1, 'Zoé', 'Number ' || lpad(n::text, 3, '0') FROM generate_series(1, 41) n;
		INSERT INTO line (tenant_id, user_id, protocol, context_id, line_template_id,
			sip_username, sip_secret, provisioning_code)
		SELECT u.tenant_id, u.id, p.protocol, c.id, t.id, p.name, p.secret, p.code
		FROM (VALUES ('Fodé', 'sip', 'fode', 'hush-hush', 188150), ('Mamàsta', 'webrtc', 'mama', 'hush', 122385),
			('Mao', 'sccp', NULL, NULL, 146089), ('Foreign', 'sip', 'foreign', 'hush', 199999))
			p (firstname, protocol, name, secret, code)
		JOIN users u ON u.firstname = p.firstname
		JOIN context c ON c.tenant_id = u.tenant_id AND c.name = 'default'
		JOIN line_template t ON t.tenant_id = u.tenant_id AND t.name = 'default';
		INSERT INTO extension (tenant_id, context_id, exten, line_id)
		SELECT l.tenant_id, l.context_id, p.exten, l.id
		FROM (VALUES (188150, '1000'), (122385, '1001'), (146089, '1002'), (199999, '1000')) p (code, exten)
		JOIN line l ON l.provisioning_code = p.code;
		INSERT INTO incall (tenant_id, context_id, exten, user_id, ring_seconds)
		SELECT 1, c.id, '2000', u.id, 20 FROM context c, users u
		WHERE c.tenant_id = 1 AND c.name = 'from-extern' AND u.firstname = 'Fodé';
		INSERT INTO voicemail (tenant_id, context_id, number, name, password)
		SELECT 1, id, '1000', 'Fodé', '4321' FROM context WHERE tenant_id = 1 AND name = 'default';
		UPDATE users SET voicemail_id = (SELECT id FROM voicemail) WHERE firstname = 'Fodé'`);
}

export const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
