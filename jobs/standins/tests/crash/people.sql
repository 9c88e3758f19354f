-- People with one chore each, and an hour that comes in one hour. Without a zone, so that no hour is quiet.
WITH people AS (
    INSERT INTO users (email, name, password_hash)
    SELECT 'p' || n || '@example.com', 'P' || n, '-' FROM generate_series(1, :people) AS n
    RETURNING id
), homes AS (
    INSERT INTO residences (name, owner_id) SELECT 'Home', id FROM people RETURNING id, owner_id
), living AS (
    INSERT INTO members (residence_id, user_id) SELECT id, owner_id FROM homes
), chores AS (
    INSERT INTO tasks (residence_id, title, due_on)
    SELECT id, 'Clear the gutters', ((now() + interval '1 hour') AT TIME ZONE 'Etc/UTC')::date FROM homes
)
INSERT INTO agenda (user_id, kind, next_at)
SELECT id, :'kind', now() + interval '1 hour' FROM people
