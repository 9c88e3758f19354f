-- The first days of a person with us, step by step; and two more kinds of mail that come by the hour.

CREATE TABLE drips (
    user_id     bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    -- The day of the last step that was considered or passed over.
    reached     smallint NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL,
    ended_at    timestamptz,
    ended_why   text CHECK (ended_why IN ('goal', 'unsubscribed', 'finished')),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX drips_next ON drips (next_at, user_id) WHERE ended_at IS NULL;
