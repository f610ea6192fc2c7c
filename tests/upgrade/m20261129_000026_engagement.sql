INSERT INTO broadcast (id, segment_id, read_at, first_heard_at)
VALUES ('broadcast-1', 5, '2026-03-09T02:00:00+00:00', '2026-03-09T01:00:00+00:00');
INSERT INTO email_message (user_no, {shard} email_id, broadcast_id, sent_at, sent_is_exact, facts, opens, clicks)
VALUES (1, {0} 'email-1', 'broadcast-1', '2026-03-09T01:00:00+00:00', true, 0, 0, 0);
