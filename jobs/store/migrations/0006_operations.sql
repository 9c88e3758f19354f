-- What operators did: who, what, to how many, and why. Written before anything is touched, so that work
-- in bulk that was cut off goes on by it.

CREATE TABLE operations (
    id       uuid PRIMARY KEY,
    verb     text NOT NULL CHECK (length(verb) <= 100),
    by_whom  text NOT NULL CHECK (length(by_whom) <= 100),
    reason   text CHECK (length(reason) <= 300),
    -- What was asked for, in full: filter, options, what was there before. Ids only.
    plan     jsonb NOT NULL,
    -- By Redis's clock: what ended later is not touched.
    as_of    timestamptz NOT NULL,
    touched  bigint NOT NULL DEFAULT 0 CHECK (touched >= 0),
    -- What matched and could not be touched.
    refused  bigint NOT NULL DEFAULT 0 CHECK (refused >= 0),
    begun_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
);
CREATE INDEX operations_begun ON operations (begun_at DESC, id);

-- A job may be wanted for a time that lies ahead, also by whoever enqueues it again.
ALTER TABLE outbox ADD COLUMN not_before timestamptz;

-- What came from another queue, so that nothing comes twice.
CREATE TABLE imports (
    source      text PRIMARY KEY CHECK (length(source) <= 600),
    job_id      uuid NOT NULL,
    receipt     uuid NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now()
);

-- Rows of the outbox whose jobs an operator cancelled or deleted, for as long as they may be wanted back.
CREATE TABLE withdrawn_outbox (
    LIKE outbox INCLUDING DEFAULTS,
    receipt      uuid NOT NULL,
    withdrawn_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id)
);
CREATE INDEX withdrawn_outbox_at ON withdrawn_outbox (withdrawn_at);
