-- Dan is deleted in the host application, and leaves.
UPDATE users SET deleted_at = '2026-03-09T06:00:00+00:00' WHERE id = 'dan';
INSERT INTO segment_event (user_no, segment_id, entered, at, cause) VALUES (4, 1, false, '2026-03-09T06:00:00+00:00', 'host_deleted');
UPDATE user_segment SET removed_at = '2026-03-09T06:00:00+00:00' WHERE user_no = 4;
UPDATE segment SET member_count = 0, counted_at = '2026-03-09T06:00:00+00:00' WHERE id = 1;
