-- People, their households and their chores.

CREATE TABLE users (
    id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    email         text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name          text NOT NULL CHECK (length(name) <= 200),
    password_hash text NOT NULL,
    timezone      text CHECK (length(timezone) <= 64),
    reminder_hour smallint CHECK (reminder_hour BETWEEN 0 AND 23),
    digest_hour   smallint CHECK (digest_hour BETWEEN 0 AND 23),
    created_at    timestamptz NOT NULL DEFAULT now()
);

-- Nobody has two accounts for being careless with capitals.
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE tokens (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tokens_user ON tokens (user_id);

CREATE TABLE residences (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name       text NOT NULL CHECK (length(name) <= 200),
    -- The household stays for the others when who made it goes.
    owner_id   bigint REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX residences_owner ON residences (owner_id);

CREATE TABLE members (
    residence_id bigint NOT NULL REFERENCES residences ON DELETE CASCADE,
    user_id      bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (user_id, residence_id)
);
CREATE INDEX members_residence ON members (residence_id);

CREATE TABLE tasks (
    id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    residence_id bigint NOT NULL REFERENCES residences ON DELETE CASCADE,
    title        text NOT NULL CHECK (length(title) <= 500),
    due_on       date,
    done_at      timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tasks_residence ON tasks (residence_id);
CREATE INDEX tasks_due ON tasks (residence_id, due_on) WHERE done_at IS NULL;
