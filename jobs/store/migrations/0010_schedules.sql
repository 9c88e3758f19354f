-- Schedules that fire nothing for a while, and whose runs have not finished.

-- The latest pause of each schedule; one that has ended still says why its ticks were skipped.
CREATE TABLE pauses (
    schedule  text PRIMARY KEY CHECK (length(schedule) <= 100),
    reason    text NOT NULL CHECK (length(reason) <= 200),
    paused_by text NOT NULL CHECK (length(paused_by) <= 100),
    since     timestamptz NOT NULL DEFAULT now(),
    until     timestamptz NOT NULL
);

CREATE INDEX ticks_unfinished ON ticks (schedule, fired_at DESC) WHERE state = 'fired';
