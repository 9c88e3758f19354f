-- Which language people read, whether an address is theirs, and what they ask for by a link in a mail.

ALTER TABLE users
    ADD COLUMN locale text NOT NULL DEFAULT 'en' CHECK (locale IN ('en', 'de')),
    ADD COLUMN verified_at timestamptz;

-- The link carries the id and a proof that only we can make of it; nothing here lets anybody in.
CREATE TABLE requests (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose    text NOT NULL CHECK (purpose IN ('password-reset', 'verify-email')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX requests_user ON requests (user_id, purpose, created_at DESC);
CREATE INDEX requests_expires ON requests (expires_at);
