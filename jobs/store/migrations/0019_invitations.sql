-- How a person comes into another's household: by a code that somebody there gives them.

-- The code lets in whoever has it, so only its hash is kept.
CREATE TABLE invitations (
    hash         bytea PRIMARY KEY CHECK (length(hash) = 32),
    residence_id bigint NOT NULL REFERENCES residences ON DELETE CASCADE,
    invited_by   bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    -- Who asks again, for they did not hear our answer, is told the same.
    used_by      bigint REFERENCES users ON DELETE SET NULL
);
CREATE INDEX invitations_residence ON invitations (residence_id, created_at);
CREATE INDEX invitations_expires ON invitations (expires_at);
CREATE INDEX invitations_invited_by ON invitations (invited_by);
CREATE INDEX invitations_used_by ON invitations (used_by);
