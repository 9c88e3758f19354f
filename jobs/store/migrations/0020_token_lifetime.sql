-- A login that nobody uses ends. Those that there are count from now on: nobody is logged out by a release.

ALTER TABLE tokens ADD COLUMN used_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX tokens_used ON tokens (used_at);
