-- Ann bought twice and had one purchase refunded in part; Bob opened a lesson.
INSERT INTO event_name (no, name, kind, is_activity, created_at)
VALUES
    (1, 'order', 'purchase', true, '2026-03-01T00:00:00+00:00'),
    (2, 'lesson_opened', 'event', true, '2026-03-01T00:00:00+00:00');
INSERT INTO user_event (user_no, {shard} id, name_no, occurred_at, amount, currency, refund_of, recorded_at)
VALUES
    (1, {0} 'o1', 1, '2026-03-01T10:00:00+00:00', 2900, 'EUR', NULL, '2026-03-01T10:00:01+00:00'),
    (1, {0} 'o2', 1, '2026-03-05T10:00:00+00:00', 1000, 'EUR', NULL, '2026-03-05T10:00:01+00:00'),
    (1, {0} 'r1', 1, '2026-03-06T10:00:00+00:00', -500, 'EUR', 'o1', '2026-03-06T10:00:01+00:00'),
    (2, {0} 'e1', 2, '2026-03-02T10:00:00+00:00', NULL, NULL, NULL, '2026-03-02T10:00:01+00:00');
INSERT INTO user_spend (user_no, {shard} currency, purchase_count, refund_count, gross, refunded, first_purchase_at, last_purchase_at)
VALUES (1, {0} 'EUR', 2, 1, 3900, -500, '2026-03-01T10:00:00+00:00', '2026-03-05T10:00:00+00:00');
UPDATE user_stats SET purchase_count = 2, first_purchase_at = '2026-03-01T10:00:00+00:00',
    last_purchase_at = '2026-03-05T10:00:00+00:00' WHERE user_no = 1;
