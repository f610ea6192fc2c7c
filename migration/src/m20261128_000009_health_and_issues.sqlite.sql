-- What the last run said of a segment, and what a run could not do, are values with a kind. They were sentences.
ALTER TABLE segment ADD COLUMN health TEXT NOT NULL DEFAULT '{"kind":"ok"}';
ALTER TABLE segmentation_run ADD COLUMN issues TEXT NOT NULL DEFAULT '[]';
-- All issues: a run lists the first 1,000.
ALTER TABLE segmentation_run ADD COLUMN issue_count INTEGER NOT NULL DEFAULT 0;

-- The sentences about segments, each with its value.
CREATE TABLE old_failure (sentence TEXT PRIMARY KEY, health TEXT) STRICT;
INSERT INTO old_failure (sentence)
SELECT failure FROM segment WHERE failure IS NOT NULL
UNION
SELECT substr(value, instr(value, ': ') + 2) FROM segmentation_run, json_each(errors) WHERE value LIKE 'segment _%:_%: %';
UPDATE old_failure SET health = CASE
    WHEN sentence GLOB '[0-9]* of [0-9]* members would leave*' THEN json_object(
        'kind', 'heldBack',
        'leaving', CAST(sentence AS INTEGER),
        'members', CAST(substr(sentence, instr(sentence, ' of ') + 4) AS INTEGER)
    )
    WHEN sentence LIKE 'it has no definition%'
        THEN '{"kind":"ruleFailed","reason":{"kind":"noDefinition"}}'
    WHEN sentence LIKE 'its definition refers to itself%'
        THEN '{"kind":"ruleFailed","reason":{"kind":"cycle"}}'
    ELSE '{"kind":"ruleFailed","reason":{"faults":[],"kind":"invalidDefinition"}}'
END;

UPDATE segment SET health = (SELECT old_failure.health FROM old_failure WHERE sentence = failure)
WHERE failure IS NOT NULL;

-- An unknown sentence is only counted.
UPDATE segmentation_run SET
    issues = (
        SELECT json_group_array(json(issue)) FROM (
            SELECT CASE
                WHEN value LIKE 'segment _%:_%: %' THEN (
                    SELECT json_set(old_failure.health, '$.segment', substr(value, 9, instr(value, ': ') - 9))
                    FROM old_failure WHERE sentence = substr(value, instr(value, ': ') + 2)
                )
                WHEN value LIKE 'user _%: the changes are refused: %' THEN json_object(
                    'kind', 'unwritableUser',
                    'user', substr(value, 6, instr(value, ': the changes are refused: ') - 6),
                    'reason', substr(value, instr(value, ': the changes are refused: ') + 27)
                )
                WHEN value LIKE 'user _%: its % cannot be read' THEN json_object(
                    'kind', 'unreadableUser',
                    'user', substr(value, 6, instr(value, ': its ') - 6),
                    'column', substr(value, instr(value, ': its ') + 6, length(value) - instr(value, ': its ') - 20)
                )
            END AS issue FROM json_each(segmentation_run.errors) ORDER BY key
        ) WHERE issue IS NOT NULL
    ),
    issue_count = (
        SELECT sum(CASE WHEN value GLOB 'and [0-9]* more' THEN CAST(substr(value, 5) AS INTEGER) ELSE 1 END)
        FROM json_each(segmentation_run.errors)
    )
WHERE json_array_length(errors) > 0;

DROP TABLE old_failure;
ALTER TABLE segment DROP COLUMN failure;
ALTER TABLE segmentation_run DROP COLUMN errors;

-- The causes that the program writes. SQLite changes a CHECK only with its table.
CREATE TABLE new_segment_event (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    user_no INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    at TEXT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('run', 'user_run', 'admin', 'segment_saved', 'segment_deleted', 'host_deleted', 'erasure')),
    run_id INTEGER,
    actor TEXT
) STRICT;
INSERT INTO new_segment_event (no, user_no, segment_id, entered, at, cause, run_id, actor)
SELECT no, user_no, segment_id, entered, at, cause, run_id, actor FROM segment_event ORDER BY no;
DROP TABLE segment_event;
ALTER TABLE new_segment_event RENAME TO segment_event;
CREATE INDEX segment_event_of_user ON segment_event (user_no, segment_id);
CREATE INDEX segment_event_history ON segment_event (segment_id, at);
