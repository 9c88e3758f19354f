-- The foreign key of a new week locks `users` after the ledger is locked, and a sign-up writes `users` and
-- then the ledger: each could wait for the other. So a week begins where the sign-up does. Two at once make
-- it one after the other, and the second looks again.
CREATE OR REPLACE FUNCTION deliveries_make_week(day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    monday date := date_trunc('week', day)::date;
    name   text := 'deliveries_' || to_char(monday, 'YYYYMMDD');
BEGIN
    -- Almost always; then nobody is held up.
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE;
    IF to_regclass(name) IS NOT NULL OR EXISTS (
        SELECT FROM deliveries_stray AS stray WHERE stray.day >= monday AND stray.day < monday + 7)
    THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF deliveries FOR VALUES FROM (%L) TO (%L)', name, monday, monday + 7);
    RETURN true;
END $$;
