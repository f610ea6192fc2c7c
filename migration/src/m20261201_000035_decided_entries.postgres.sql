-- Entries that count differently in reports than those of runs. They are few, so that a run writes nothing here.
CREATE INDEX segment_event_decided ON segment_event (segment_id, user_no, at)
WHERE entered AND cause IN ('admin', 'segment_saved');
