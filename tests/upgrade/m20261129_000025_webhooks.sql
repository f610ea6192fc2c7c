INSERT INTO webhook (id, url, events, segments, is_personal, secret, state, created_at, changed_by, changed_at)
VALUES ('5b1f7a52-4f0e-4d3b-9f0a-5b8a1f2d6c11', 'https://hooks.example.org/audience', '["segment.entered"]', '["lifecycle:active"]',
    false, 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX', 'off', '2026-03-09T00:00:00+00:00', 'token:ops', '2026-03-09T00:00:00+00:00');
INSERT INTO webhook_delivery (webhook_id, no, shard, event, segment_id, segment, at, cause, run_id, user_numbers, user_count, state,
    attempts, queued_at)
VALUES ('5b1f7a52-4f0e-4d3b-9f0a-5b8a1f2d6c11', 1, 0, 'segment.entered', 5, 'lifecycle:active', '2026-03-09T00:00:00+00:00', 'run', 2,
    '[1]', 1, 'delivered', 1, '2026-03-09T00:00:01+00:00');
