-- In the order in which the commonest questions are asked, so that nobody reads further than the page that
-- they want, however much was done in a household and however many devices there are.
SET LOCAL lock_timeout = '2s';

-- A household's chores as its members see them: the open ones first, and of those that are done only what is
-- left of the page. Begins with what `tasks_residence` had alone.
CREATE INDEX tasks_listed ON tasks (residence_id, (done_at IS NOT NULL), due_on, id);
DROP INDEX tasks_residence;

-- What got done in a week.
CREATE INDEX tasks_done ON tasks (residence_id, done_at DESC, id) WHERE done_at IS NOT NULL;

-- A person's devices, those dropped as well: of both together the last fifty are kept, and all go with the
-- account.
CREATE INDEX devices_person ON devices (user_id, seen_at DESC, id DESC);
DROP INDEX devices_user;
