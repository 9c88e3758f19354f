-- Who is to be told what: when next, whether it was done, and what wants a job.

CREATE TABLE agenda (
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    kind    text NOT NULL CHECK (length(kind) <= 100),
    next_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, kind)
);
CREATE INDEX agenda_next ON agenda (next_at);

CREATE TABLE deliveries (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id        bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    kind           text NOT NULL CHECK (length(kind) <= 100),
    occasion       text NOT NULL CHECK (length(occasion) <= 200),
    channel        text NOT NULL DEFAULT 'mail' CHECK (channel IN ('mail', 'apns', 'fcm')),
    device_id      bigint,
    state          text NOT NULL DEFAULT 'considered'
        CHECK (state IN ('considered', 'sending', 'sent', 'bounced', 'unknown', 'skipped')),
    reason         text CHECK (length(reason) <= 300),
    answer         text CHECK (length(answer) <= 300),
    copies         smallint NOT NULL DEFAULT 0 CHECK (copies >= 0),
    -- What its kind allowed when it was last sent.
    max_copies     smallint NOT NULL DEFAULT 1,
    -- Of the attempt that is sending, or that settled it.
    token          uuid,
    sending_at     timestamptz,
    unknown_at     timestamptz,
    not_before     timestamptz,
    not_after      timestamptz NOT NULL,
    check_at       timestamptz NOT NULL,
    check_interval interval NOT NULL,
    -- By a relay, which may die before it enqueues; then another may.
    claimed_at     timestamptz,
    relayed_at     timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- Set once nothing more will happen to it.
    decided_at     timestamptz,
    CONSTRAINT one_occasion_one_delivery
        UNIQUE NULLS NOT DISTINCT (user_id, kind, occasion, channel, device_id)
);
CREATE INDEX deliveries_user ON deliveries (user_id, created_at DESC);
CREATE INDEX deliveries_open ON deliveries (id) WHERE decided_at IS NULL;
CREATE INDEX deliveries_check ON deliveries (check_at) WHERE decided_at IS NULL;
CREATE INDEX deliveries_late ON deliveries (not_after) WHERE decided_at IS NULL;
CREATE INDEX deliveries_relay ON deliveries (created_at) WHERE state = 'considered' AND relayed_at IS NULL;

CREATE TABLE outbox (
    id             uuid PRIMARY KEY,
    kind           text NOT NULL CHECK (length(kind) <= 100),
    queue          text NOT NULL CHECK (length(queue) <= 100),
    payload        jsonb NOT NULL,
    not_after      timestamptz NOT NULL,
    check_at       timestamptz NOT NULL,
    check_interval interval NOT NULL,
    -- By a relay, which may die before it enqueues; then another may.
    claimed_at     timestamptz,
    relayed_at     timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_check ON outbox (check_at);
CREATE INDEX outbox_late ON outbox (not_after);
CREATE INDEX outbox_relay ON outbox (created_at) WHERE relayed_at IS NULL;
