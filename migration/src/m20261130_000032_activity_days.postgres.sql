-- Who was active on a day, by what showed it. It follows from attempts, events and `user_seen`: a day that is not here is read there.
CREATE TABLE activity_day (
    -- A day of some time zone.
    starts timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    -- The days in UTC that it lies in.
    first_day date NOT NULL,
    last_day date NOT NULL,
    -- The numbers of names of events that were no activity when this was written.
    left_out text COLLATE "C" NOT NULL,
    -- Sets of users: see `UserSet`.
    quizzes bytea NOT NULL,
    events bytea NOT NULL,
    seen bytea NOT NULL,
    shard smallint NOT NULL,
    PRIMARY KEY (starts, ends, shard)
);

-- Days in UTC on which it may have changed since who was active.
CREATE TABLE activity_dirty (
    day date NOT NULL,
    shard smallint NOT NULL,
    PRIMARY KEY (day, shard)
);
