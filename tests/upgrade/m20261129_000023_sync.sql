-- Active users are synced: Ann is there, and Cleo has opted out.
INSERT INTO segment_sync (segment_id, segment_type, segment_value, state, remote_id, made_here, remote_name, extras, seen_version,
    synced_at, changed_by, changed_at)
VALUES (5, 'lifecycle', 'active', 'on', 'remote-5', true, 'lifecycle:active', 'keep', 0, '2026-03-09T00:00:00+00:00', 'token:ops',
    '2026-03-08T00:00:00+00:00');
INSERT INTO sync_contact (address_key, address, remote_id, origin, state, tried_at, first_name)
VALUES ('ann@example.org', 'ann@example.org', 'contact-1', 'here', 'present', '2026-03-09T00:00:00+00:00', 'Ann');
INSERT INTO sync_member (address_key, segment_id, state, since) VALUES ('ann@example.org', 5, 'in', '2026-03-09T00:00:00+00:00');
INSERT INTO suppression (address_key, reason, origin, set_at)
VALUES ('cleo@example.org', 'unsubscribed', 'webhook', '2026-03-09T00:00:00+00:00');
INSERT INTO webhook_event (id, type, at, received_at, state)
VALUES ('msg_1', 'contact.updated', '2026-03-09T00:00:00+00:00', '2026-03-09T00:00:01+00:00', 'done');
INSERT INTO sync_run (state, "trigger", mode, started_at, finished_at, lease_until, owner, counts, issues)
VALUES ('succeeded', 'command_line', 'delta', '2026-03-09T00:00:00+00:00', '2026-03-09T00:00:05+00:00', '2026-03-09T00:00:35+00:00',
    'host 1', '{}', '[]');
