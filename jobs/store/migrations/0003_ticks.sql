-- What the timetable asked for, and what became of it.

CREATE TABLE ticks (
    id             text PRIMARY KEY CHECK (length(id) <= 300),
    schedule       text NOT NULL CHECK (length(schedule) <= 100),
    instant        timestamptz NOT NULL,
    state          text NOT NULL CHECK (state IN ('pending', 'fired', 'finished', 'skipped')),
    reason         text CHECK (length(reason) <= 300),
    term           bigint,
    job_id         uuid,
    asked_by       text CHECK (length(asked_by) <= 100),
    late_s         double precision,
    -- Ticks older than the window share one row, from `instant` until here.
    until_instant  timestamptz,
    count          bigint NOT NULL DEFAULT 1,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    fired_at       timestamptz,
    decided_at     timestamptz,
    check_at       timestamptz,
    check_interval interval
);
CREATE INDEX ticks_schedule ON ticks (schedule, instant DESC);
CREATE INDEX ticks_pending ON ticks (instant, id) WHERE state = 'pending';
CREATE INDEX ticks_fired ON ticks (id) WHERE state = 'fired';

-- Up to here every tick of a schedule has a row.
CREATE TABLE watermarks (
    schedule text PRIMARY KEY,
    instant  timestamptz NOT NULL,
    spec     text NOT NULL
);

-- Gaps are allowed, repetition is not.
CREATE SEQUENCE terms AS bigint;

-- The birth marks that each partition of Redis had when everything open was last walked.
CREATE TABLE birth_marks (
    partition text PRIMARY KEY,
    mark      text NOT NULL,
    copied_at timestamptz NOT NULL DEFAULT now()
);
