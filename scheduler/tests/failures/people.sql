-- More people than a page of the sweep, each with a chore that a reminder tells of, on either side of midnight,
-- and an hour that came a minute ago.
WITH people AS (
    INSERT INTO users (email, name, password_hash)
    SELECT 'p' || n || '@example.com', 'P' || n, '-' FROM generate_series(1, 600) AS n
    RETURNING id
), homes AS (
    INSERT INTO residences (name, owner_id) SELECT 'Home', id FROM people RETURNING id, owner_id
), living AS (
    INSERT INTO members (residence_id, user_id) SELECT id, owner_id FROM homes
), chores AS (
    INSERT INTO tasks (residence_id, title, due_on)
    SELECT id, 'Clear the gutters', (now() AT TIME ZONE 'Etc/UTC')::date + 1 FROM homes
)
INSERT INTO agenda (user_id, kind, next_at)
SELECT id, 'task-reminder', now() - interval '1 minute' FROM people
