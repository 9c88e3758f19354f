-- The first days of a person with us, step by step; and two more kinds of mail that come by the hour.

CREATE TABLE drips (
    user_id     bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    enrolled_at timestamptz NOT NULL,
    -- The day of the last step that was considered or passed over.
    reached     smallint NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL,
    ended_at    timestamptz,
    ended_why   text CHECK (ended_why IN ('goal', 'unsubscribed', 'finished')),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX drips_next ON drips (next_at, user_id) WHERE ended_at IS NULL;

-- Whoever is here already hears of both from the first such hour of a coming day on. Without a zone, or in
-- one that Postgres does not know, the hours are those of UTC.
WITH clocks AS (
    SELECT id, reminder_hour AS chosen, known.name,
        coalesce(known.name, 'UTC') AS zone,
        (now() AT TIME ZONE coalesce(known.name, 'UTC'))::date AS today
    FROM users LEFT JOIN pg_timezone_names AS known ON known.name = timezone
), due AS (
    SELECT id, 'overdue-reminder' AS kind, today + 1 AS date,
        coalesce(chosen, CASE WHEN name IS NULL THEN 15 ELSE 10 END) AS hour, zone
    FROM clocks
    UNION ALL
    SELECT id, 'weekly-summary', today + (8 - extract(isodow FROM today)::int),
        coalesce(chosen, CASE WHEN name IS NULL THEN 13 ELSE 8 END), zone
    FROM clocks
)
INSERT INTO agenda (user_id, kind, next_at)
SELECT id, kind, (date + make_time(hour::int, 0, 0)) AT TIME ZONE zone FROM due
ON CONFLICT DO NOTHING;
