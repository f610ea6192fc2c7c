-- How far each query of a host database has been read. A round reads all rows up to a ceiling, in order; `settled` is the
-- ceiling of the latest one that came to its end.
CREATE TABLE pull_progress (
    source text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL CHECK (part IN ('users', 'attempts')),
    query_hash text COLLATE "C" NOT NULL,
    settled bigint,
    ceiling bigint,
    at_watermark bigint,
    at_id text COLLATE "C",
    at_user text COLLATE "C",
    -- Counts every write, so that of two pulls at once one notices the other.
    step bigint NOT NULL,
    pulled_at timestamptz,
    PRIMARY KEY (source, part)
);

-- Users who were not there when their attempts were read. Once they are, their attempts are read again.
CREATE TABLE pull_waiting (
    source text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (source, user_id)
);
