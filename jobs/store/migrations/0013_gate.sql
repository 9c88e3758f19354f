-- What stands between a person and a message: their quiet hours, how much they get in a day, and an
-- address that takes no mail.

-- By the clocks of their zone, in minutes since midnight; both null: no quiet hours. Who has no row has the
-- usual ones.
CREATE TABLE quiet_hours (
    user_id      bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    from_minute  smallint CHECK (from_minute BETWEEN 0 AND 1439),
    until_minute smallint CHECK (until_minute BETWEEN 0 AND 1439),
    CHECK ((from_minute IS NULL) = (until_minute IS NULL)),
    CHECK (from_minute <> until_minute)
);

-- Who wants fewer messages a day than is usual.
CREATE TABLE daily_caps (
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    channel text NOT NULL CHECK (channel IN ('mail', 'push')),
    most    smallint NOT NULL CHECK (most >= 0),
    PRIMARY KEY (user_id, channel)
);

-- What counts towards the cap of the latest day on which they got anything. By name, so that a second
-- attempt, a second copy and a second device count once.
CREATE TABLE daily_tallies (
    user_id  bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    channel  text NOT NULL CHECK (channel IN ('mail', 'push')),
    day      date NOT NULL,
    messages text[] NOT NULL,
    PRIMARY KEY (user_id, channel)
);

-- Addresses that take no mail. A person who changes theirs is not suppressed any more, for then the hash is
-- another's.
CREATE TABLE suppressions (
    user_id      bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    -- SHA-256 of the address in small letters.
    address_hash bytea NOT NULL CHECK (length(address_hash) = 32),
    delivery_id  uuid NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX suppressions_created ON suppressions (created_at DESC, user_id);

-- What mailbox providers said of a mail later, so that each takes effect once.
CREATE TABLE feedback (
    delivery_id uuid NOT NULL,
    what        text NOT NULL CHECK (what IN ('hard-bounce', 'soft-bounce', 'complaint')),
    user_id     bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (delivery_id, what)
);
CREATE INDEX feedback_user ON feedback (user_id, received_at DESC);
