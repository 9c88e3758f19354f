-- Whom to push to, what they want to hear, and what happens to a household's chores.

CREATE TABLE devices (
    id          bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    user_id     bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    channel     text NOT NULL CHECK (channel IN ('apns', 'fcm')),
    token       text NOT NULL CHECK (length(token) BETWEEN 1 AND 1024),
    created_at  timestamptz NOT NULL DEFAULT now(),
    -- When its app last said that this is its token.
    seen_at     timestamptz NOT NULL DEFAULT now(),
    -- The provider refused the token. Kept, so that a mistake of ours can be undone: an app that is
    -- opened again takes this back.
    dropped_at  timestamptz,
    dropped_why text CHECK (length(dropped_why) <= 300)
);
-- A phone belongs to whoever logged in on it last.
CREATE UNIQUE INDEX devices_token ON devices (channel, token);
CREATE INDEX devices_user ON devices (user_id, seen_at DESC) WHERE dropped_at IS NULL;
CREATE INDEX devices_seen ON devices (seen_at);

-- What a person switched off or on; what is not here is as usual.
CREATE TABLE preferences (
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    kind    text NOT NULL CHECK (length(kind) <= 100),
    channel text NOT NULL CHECK (channel IN ('mail', 'push')),
    wanted  boolean NOT NULL,
    PRIMARY KEY (user_id, kind, channel)
);

-- Who is to do a chore: always one of its household.
ALTER TABLE tasks
    ADD COLUMN assignee_id bigint,
    ADD CONSTRAINT tasks_assignee_is_member FOREIGN KEY (assignee_id, residence_id)
        REFERENCES members (user_id, residence_id) ON DELETE SET NULL (assignee_id);
CREATE INDEX tasks_assignee ON tasks (assignee_id, residence_id) WHERE assignee_id IS NOT NULL;

-- A chore given to somebody, or done: what the others are told of. Its id is the occasion.
CREATE TABLE task_events (
    id          bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    task_id     bigint NOT NULL REFERENCES tasks ON DELETE CASCADE,
    event       text NOT NULL CHECK (event IN ('assigned', 'completed')),
    actor_id    bigint REFERENCES users ON DELETE SET NULL,
    -- Whom it was given to.
    assignee_id bigint REFERENCES users ON DELETE SET NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX task_events_task ON task_events (task_id);
CREATE INDEX task_events_actor ON task_events (actor_id);
CREATE INDEX task_events_assignee ON task_events (assignee_id);
CREATE INDEX task_events_created ON task_events (created_at);

-- One row a device. Who has none has one row all the same, which says so; it belongs to no provider.
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_channel_check,
    ADD CONSTRAINT deliveries_channel_check CHECK (channel IN ('mail', 'apns', 'fcm') OR channel = 'push' AND state = 'skipped'),
    ADD CONSTRAINT deliveries_device_check CHECK ((device_id IS NOT NULL) = (channel IN ('apns', 'fcm')));
