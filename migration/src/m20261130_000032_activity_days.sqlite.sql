-- Who was active on a day, by what showed it. It follows from attempts, events and `user_seen`: a day that is not here is read there.
CREATE TABLE activity_day (
    -- A day of some time zone.
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    -- The days in UTC that it lies in.
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    -- The numbers of names of events that were no activity when this was written.
    left_out TEXT NOT NULL,
    -- Sets of users: see `UserSet`.
    quizzes BLOB NOT NULL,
    events BLOB NOT NULL,
    seen BLOB NOT NULL,
    PRIMARY KEY (starts, ends)
) STRICT;

-- Days in UTC on which it may have changed since who was active.
CREATE TABLE activity_dirty (
    day TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
