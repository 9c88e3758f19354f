-- `agenda_due` begins with what this one had alone, and every advance had to keep both. Who waits for a
-- lock has everybody else wait behind it: rather the Job tries again.
SET LOCAL lock_timeout = '2s';
DROP INDEX agenda_next;
