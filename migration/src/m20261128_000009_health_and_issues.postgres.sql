-- What the last run said of a segment, and what a run could not do, are values with a kind. They were sentences.
ALTER TABLE segment ADD COLUMN health jsonb NOT NULL DEFAULT '{"kind": "ok"}';
ALTER TABLE segmentation_run ADD COLUMN issues jsonb NOT NULL DEFAULT '[]';
-- All issues: a run lists the first 1,000.
ALTER TABLE segmentation_run ADD COLUMN issue_count bigint NOT NULL DEFAULT 0;

-- The value of a sentence about a segment.
CREATE FUNCTION old_failure(sentence text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN sentence ~ '^\d+ of \d+ members would leave' THEN jsonb_build_object(
            'kind', 'heldBack',
            'leaving', (regexp_match(sentence, '^\d+'))[1]::bigint,
            'members', (regexp_match(sentence, '^\d+ of (\d+)'))[1]::bigint
        )
        WHEN sentence LIKE 'it has no definition%'
            THEN '{"kind": "ruleFailed", "reason": {"kind": "noDefinition"}}'::jsonb
        WHEN sentence LIKE 'its definition refers to itself%'
            THEN '{"kind": "ruleFailed", "reason": {"kind": "cycle"}}'::jsonb
        ELSE '{"kind": "ruleFailed", "reason": {"kind": "invalidDefinition", "faults": []}}'::jsonb
    END
$$;

UPDATE segment SET health = old_failure(failure) WHERE failure IS NOT NULL;

-- An unknown sentence is only counted.
UPDATE segmentation_run SET issues = old.issues, issue_count = old.issue_count
FROM (
    SELECT run.id,
        coalesce(jsonb_agg(issue ORDER BY place) FILTER (WHERE issue IS NOT NULL), '[]') AS issues,
        sum(coalesce((regexp_match(value, '^and (\d+) more$'))[1]::bigint, 1)) AS issue_count
    FROM segmentation_run AS run
    CROSS JOIN LATERAL jsonb_array_elements_text(run.errors) WITH ORDINALITY AS error (value, place)
    CROSS JOIN LATERAL (
        SELECT
            regexp_match(value, '^segment ([a-z]+:[^:]+): (.*)$') AS of_segment,
            regexp_match(value, '^user (.+?): the changes are refused: (.*)$') AS refused,
            regexp_match(value, '^user (.+?): its (.*) cannot be read$') AS unreadable
    ) AS parsed
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN of_segment IS NOT NULL
                THEN old_failure(of_segment[2]) || jsonb_build_object('segment', of_segment[1])
            WHEN refused IS NOT NULL
                THEN jsonb_build_object('kind', 'unwritableUser', 'user', refused[1], 'reason', refused[2])
            WHEN unreadable IS NOT NULL
                THEN jsonb_build_object('kind', 'unreadableUser', 'user', unreadable[1], 'column', unreadable[2])
        END AS issue
    ) AS typed
    GROUP BY run.id
) AS old
WHERE segmentation_run.id = old.id;

DROP FUNCTION old_failure(text);
ALTER TABLE segment DROP COLUMN failure;
ALTER TABLE segmentation_run DROP COLUMN errors;

-- The causes that the program writes. NOT VALID, so that the ledger is not read: older events have none of the others.
ALTER TABLE segment_event DROP CONSTRAINT segment_event_cause_check;
ALTER TABLE segment_event ADD CONSTRAINT segment_event_cause_check CHECK (
    cause IN ('run', 'user_run', 'admin', 'segment_saved', 'segment_deleted', 'host_deleted', 'erasure')
) NOT VALID;
