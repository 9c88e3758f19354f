-- People with a household and a chore each, due the day after tomorrow: a digest tells of it, a reminder not.
-- Without a zone, so that no hour is quiet.
WITH people AS (
    INSERT INTO users (email, name, password_hash)
    SELECT 'p' || n || '@example.com', 'P' || n, '-' FROM generate_series(1, :people) AS n
    RETURNING id
), homes AS (
    INSERT INTO residences (name, owner_id) SELECT 'Home', id FROM people RETURNING id, owner_id
), living AS (
    INSERT INTO members (residence_id, user_id) SELECT id, owner_id FROM homes
)
INSERT INTO tasks (residence_id, title, due_on)
SELECT id, 'Clear the gutters', current_date + 3 FROM homes
