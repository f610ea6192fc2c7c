-- Four users, their attempts, what runs and an admin made of them, and who may call.
INSERT INTO users (id, email, email_folded, first_name, first_name_folded, plan, role, current_streak, total_points, level,
    random_bucket, last_activity_at, created_at, updated_at)
VALUES
    ('ann', 'ann@example.org', 'ann@example.org', 'Ann', 'ann', 'PRO', 'USER', 7, 900, 4, 0,
        '2026-03-09T00:00:00+00:00', '2025-03-10T12:00:00+00:00', '2026-02-01T00:00:00+00:00'),
    ('bob', 'Bob@example.org', 'bob@example.org', 'Bob', 'bob', 'FREE', 'USER', 0, 0, 1, 0,
        NULL, '2025-03-10T12:00:00+00:00', '2026-02-01T00:00:00+00:00'),
    ('cleo', 'cleo@example.org', 'cleo@example.org', NULL, NULL, 'PREMIUM', 'USER', 1, 20, 1, 0,
        '2026-02-20T08:00:00+00:00', '2025-03-10T12:00:00+00:00', '2026-02-01T00:00:00+00:00'),
    ('dan', 'dan@example.org', 'dan@example.org', NULL, NULL, 'FREE', 'USER', 0, 0, 1, 0,
        NULL, '2025-03-10T12:00:00+00:00', '2026-02-01T00:00:00+00:00');
INSERT INTO quiz_attempts (user_no, id, certification, certification_folded, provider, score, completed_at)
VALUES
    (1, 'a1', 'AWS-SAA-C03', 'aws-saa-c03', 1, 0.75, '2026-01-31T09:30:00+00:00'),
    (1, 'a2', 'AWS-SAA-C03', 'aws-saa-c03', 1, NULL, '2026-02-01T00:00:00+00:00'),
    (2, 'a1', 'Linux', 'linux', 0, 1, '2026-02-01T00:00:00+00:00');
INSERT INTO user_stats (user_no, quiz_count, last_quiz_at, recent_total, recent_aws)
VALUES
    (1, 2, '2026-02-01T00:00:00+00:00', 2, 2),
    (2, 1, '2026-02-01T00:00:00+00:00', 1, 0),
    (3, 0, NULL, 0, 0),
    (4, 0, NULL, 0, 0);
INSERT INTO user_dirty (user_no) VALUES (2);

INSERT INTO segment (id, segment_type, segment_value, is_active, member_count, counted_at, created_at)
VALUES
    (1, 'plan', 'free', true, 1, '2026-03-09T00:00:00+00:00', '2026-02-01T00:00:00+00:00'),
    (2, 'plan', 'pro', true, 1, '2026-02-01T00:00:00+00:00', '2026-02-01T00:00:00+00:00'),
    (3, 'plan', 'premium', true, 1, '2026-02-01T00:00:00+00:00', '2026-02-01T00:00:00+00:00'),
    (5, 'lifecycle', 'active', true, 1, '2026-03-09T00:00:00+00:00', '2026-02-01T00:00:00+00:00'),
    (6, 'lifecycle', 'inactive', false, 1, '2026-03-09T00:00:00+00:00', '2026-02-01T00:00:00+00:00'),
    (1001, 'custom', '0b0d5e6a-6d5f-4f0e-9c57-2f4a4a3c9d10', true, 1, '2026-02-02T00:00:00+00:00', '2026-02-02T00:00:00+00:00');
INSERT INTO custom_segment (id, segment_id, name, name_folded, description, criteria, combine_with, version, created_by,
    created_at, updated_at)
VALUES ('0b0d5e6a-6d5f-4f0e-9c57-2f4a4a3c9d10', 1001, 'On a streak', 'on a streak', 'Pro or a streak',
    '[{"field": "plan", "operator": "equals", "value": "PRO"}, {"field": "currentStreak", "operator": ">=", "value": 3}]', 'OR', 2,
    'token:ops', '2026-02-02T00:00:00+00:00', '2026-02-02T00:00:00+00:00');
INSERT INTO custom_segment_version (custom_segment_id, version, name, description, criteria, combine_with, author, created_at)
VALUES
    ('0b0d5e6a-6d5f-4f0e-9c57-2f4a4a3c9d10', 1, 'Streak', NULL,
        '[{"field": "currentStreak", "operator": ">=", "value": 3}]', 'AND', 'token:ops', '2026-02-01T12:00:00+00:00'),
    ('0b0d5e6a-6d5f-4f0e-9c57-2f4a4a3c9d10', 2, 'On a streak', 'Pro or a streak',
        '[{"field": "plan", "operator": "equals", "value": "PRO"}, {"field": "currentStreak", "operator": ">=", "value": 3}]', 'OR',
        'token:ops', '2026-02-02T00:00:00+00:00');

-- Ann was inactive and came back; Bob is kept out of the free plan; Zoe, number 5, was erased.
INSERT INTO segment_event (user_no, segment_id, entered, at, cause, run_id, actor)
VALUES
    (1, 2, true, '2026-02-01T00:00:00+00:00', 'run', 1, NULL),
    (1, 6, true, '2026-02-01T00:00:00+00:00', 'run', 1, NULL),
    (2, 1, true, '2026-02-01T00:00:00+00:00', 'run', 1, NULL),
    (3, 3, true, '2026-02-01T00:00:00+00:00', 'run', 1, NULL),
    (5, 1, true, '2026-02-01T00:00:00+00:00', 'run', 1, NULL),
    (1, 1001, true, '2026-02-02T00:00:00+00:00', 'segment_saved', NULL, 'token:ops'),
    (5, 1, false, '2026-02-03T00:00:00+00:00', 'erasure', NULL, 'token:ops'),
    (1, 6, false, '2026-03-09T00:00:00+00:00', 'run', 2, NULL),
    (1, 5, true, '2026-03-09T00:00:00+00:00', 'run', 2, NULL),
    (2, 1, false, '2026-03-09T00:00:00+00:00', 'admin', NULL, 'token:ops'),
    (3, 6, true, '2026-03-09T00:00:00+00:00', 'run', 2, NULL),
    (4, 1, true, '2026-03-09T00:00:00+00:00', 'user_run', NULL, NULL);
INSERT INTO user_segment (user_no, segment_id, added_at, removed_at)
VALUES
    (1, 2, '2026-02-01T00:00:00+00:00', NULL),
    (1, 5, '2026-03-09T00:00:00+00:00', NULL),
    (1, 6, '2026-02-01T00:00:00+00:00', '2026-03-09T00:00:00+00:00'),
    (1, 1001, '2026-02-02T00:00:00+00:00', NULL),
    (2, 1, '2026-02-01T00:00:00+00:00', '2026-03-09T00:00:00+00:00'),
    (3, 3, '2026-02-01T00:00:00+00:00', NULL),
    (3, 6, '2026-03-09T00:00:00+00:00', NULL),
    (4, 1, '2026-03-09T00:00:00+00:00', NULL);
INSERT INTO segment_override (user_no, segment_id, decision, actor, reason, created_at)
VALUES (2, 1, 'exclude', 'token:ops', 'a test account', '2026-03-09T00:00:00+00:00');

INSERT INTO segmentation_run (state, "trigger", mode, as_of, started_at, finished_at, lease_until, owner, users_total,
    users_processed, segments_created, segments_removed, errors)
VALUES
    ('succeeded', 'command_line', 'full', '2026-02-01T00:00:00+00:00', '2026-02-01T00:00:00+00:00', '2026-02-01T00:00:01+00:00',
        '2026-02-01T00:00:30+00:00', 'host 1', 5, 5, 5, 0, '[]'),
    ('succeeded', 'cron', 'incremental', '2026-03-09T00:00:00+00:00', '2026-03-09T00:00:00+00:00', '2026-03-09T00:00:01+00:00',
        '2026-03-09T00:00:30+00:00', 'host 1', 3, 3, 2, 1, '["user dan: its created_at cannot be read", "and 2 more"]');
INSERT INTO api_token (id, name, prefix, token_hash, role, created_at)
VALUES ('7f0c3a52-4f0e-4d3b-9f0a-5b8a1f2d6c11', 'ops', 'aud_abcdef', 'a hash', 'ADMIN', '2026-02-01T00:00:00+00:00');
INSERT INTO audit_log (at, actor, action, target, request_id, detail)
VALUES ('2026-03-09T00:00:00+00:00', 'token:ops', 'removeUserFromSegment', 'user bob', 'r-17', '{"segment": "plan:free"}');
