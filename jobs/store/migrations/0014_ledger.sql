-- The ledger in weeks, so that what is past its retention goes by dropping tables: at a million rows a
-- day, deleting them would be as much work as writing them. Weeks, not days: whoever looks without a day
-- (what is open, a person's history) looks into some twenty tables and not into a hundred.
--
-- A delivery's id is made of what makes it once, and carries the day of its occasion: the same occasion
-- has the same id, so the primary key is what keeps it from being considered twice, and whoever knows the
-- id knows the week. Its first two bytes are hash and not day, for a job's partition follows from them.
--
-- Nothing is copied: the table as it was becomes the partition of ids without a day, and keeps its own
-- constraint on the occasion. An older program that is still running, or that is rolled back to, goes on
-- as before: what it inserts gets a random id and goes there. Between that program and a newer one an
-- occasion is kept from being considered twice by what each of them moves in the same transaction (the
-- agenda, the sign-up, the chore), no longer by the ledger as well. The table is locked while its primary
-- key is built anew.

-- The day in an id; that of an id without one is before all others.
CREATE FUNCTION delivery_day(id uuid) RETURNS date LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN get_byte(uuid_send(id), 6) >> 4 = 8
    THEN date '1970-01-01' + ((get_byte(uuid_send(id), 2) << 8) | get_byte(uuid_send(id), 3))
    ELSE date '1970-01-01' END;

-- Two bytes of hash, two of day, the rest hash; marked as a UUID of version 8.
CREATE FUNCTION delivery_id(day date, user_id bigint, kind text, occasion text, channel text, device_id bigint)
RETURNS uuid LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    days  int := day - date '1970-01-01';
    bytes bytea := sha256(convert_to(
        concat_ws(E'\x1f', user_id, coalesce(device_id, 0), channel, kind, occasion), 'UTF8'));
BEGIN
    bytes := set_byte(set_byte(bytes, 2, days >> 8), 3, days & 255);
    bytes := set_byte(bytes, 6, 128 | (get_byte(bytes, 6) & 15));
    bytes := set_byte(bytes, 8, 128 | (get_byte(bytes, 8) & 63));
    RETURN encode(substr(bytes, 1, 16), 'hex')::uuid;
END $$;

ALTER TABLE deliveries RENAME TO deliveries_undated;
ALTER TABLE deliveries_undated
    ADD COLUMN day date NOT NULL DEFAULT '1970-01-01',
    DROP CONSTRAINT deliveries_pkey,
    ADD CONSTRAINT deliveries_undated_pkey PRIMARY KEY (id, day),
    ADD CONSTRAINT deliveries_day_check CHECK (day = delivery_day(id)),
    -- Spares the attachment below a look at every row.
    ADD CONSTRAINT deliveries_undated_day_check CHECK (day < '1970-01-02');
ALTER INDEX deliveries_open RENAME TO deliveries_undated_open;
ALTER INDEX deliveries_check RENAME TO deliveries_undated_check;
ALTER INDEX deliveries_late RENAME TO deliveries_undated_late;
ALTER INDEX deliveries_relay RENAME TO deliveries_undated_relay;
DROP INDEX deliveries_user;

CREATE TABLE deliveries (
    LIKE deliveries_undated INCLUDING DEFAULTS,
    PRIMARY KEY (id, day),
    FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
    CONSTRAINT deliveries_kind_check CHECK (length(kind) <= 100),
    CONSTRAINT deliveries_occasion_check CHECK (length(occasion) <= 200),
    CONSTRAINT deliveries_channel_check CHECK (channel IN ('mail', 'apns', 'fcm') OR channel = 'push' AND state = 'skipped'),
    CONSTRAINT deliveries_device_check CHECK ((device_id IS NOT NULL) = (channel IN ('apns', 'fcm'))),
    CONSTRAINT deliveries_state_check
        CHECK (state IN ('considered', 'sending', 'sent', 'bounced', 'unknown', 'skipped')),
    CONSTRAINT deliveries_reason_check CHECK (length(reason) <= 300),
    CONSTRAINT deliveries_answer_check CHECK (length(answer) <= 300),
    CONSTRAINT deliveries_copies_check CHECK (copies >= 0),
    CONSTRAINT deliveries_day_check CHECK (day = delivery_day(id))
) PARTITION BY RANGE (day);
-- Those of weeks long past hold nothing, so looking into all of them costs a page each.
CREATE INDEX deliveries_open ON deliveries (id) WHERE decided_at IS NULL;
CREATE INDEX deliveries_check ON deliveries (check_at) WHERE decided_at IS NULL;
CREATE INDEX deliveries_late ON deliveries (not_after) WHERE decided_at IS NULL;
CREATE INDEX deliveries_relay ON deliveries (created_at) WHERE state = 'considered' AND relayed_at IS NULL;
ALTER TABLE deliveries ATTACH PARTITION deliveries_undated FOR VALUES FROM (MINVALUE) TO ('1970-01-02');
CREATE INDEX deliveries_user ON deliveries (user_id, created_at DESC, id DESC);

-- For a day whose week nobody has made, or has dropped: late or early, but not refused. Almost always
-- empty, so that making a week next to it takes no time.
CREATE TABLE deliveries_stray PARTITION OF deliveries DEFAULT;
-- For deleting from these two, which are never dropped.
CREATE INDEX deliveries_undated_decided ON deliveries_undated (decided_at);
CREATE INDEX deliveries_stray_decided ON deliveries_stray (decided_at);

-- Makes the week of `day` if there is none. Whether there was none. One of which strays are there already
-- is left to them.
CREATE FUNCTION deliveries_make_week(day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    monday date := date_trunc('week', day)::date;
    name   text := 'deliveries_' || to_char(monday, 'YYYYMMDD');
BEGIN
    IF to_regclass(name) IS NOT NULL OR EXISTS (
        SELECT FROM deliveries_stray AS stray WHERE stray.day >= monday AND stray.day < monday + 7)
    THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF deliveries FOR VALUES FROM (%L) TO (%L)', name, monday, monday + 7);
    RETURN true;
END $$;

-- Drops the oldest week that ended before `day` and holds nothing open: its Monday, if there is one.
CREATE FUNCTION deliveries_drop_week(day date) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
    name   text;
    monday date;
    open   boolean;
BEGIN
    FOR name, monday IN
        SELECT relname, to_date(right(relname, 8), 'YYYYMMDD')
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'deliveries'::regclass AND relname ~ '^deliveries_[0-9]{8}$'
        ORDER BY relname
    LOOP
        EXIT WHEN monday + 7 > day;
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE decided_at IS NULL)', name) INTO open;
        IF NOT open THEN
            EXECUTE format('DROP TABLE %I', name);
            RETURN monday;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

DO $$ BEGIN
    PERFORM deliveries_make_week(current_date + 7 * week) FROM generate_series(-1, 8) AS week;
END $$;

-- The sweep reads the agenda in this order, whatever stands at one instant.
CREATE INDEX agenda_due ON agenda (next_at, user_id);
