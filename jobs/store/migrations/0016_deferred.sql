-- Put off to the end of somebody's quiet hours, which happens once.
ALTER TABLE deliveries ADD COLUMN deferred_at timestamptz;
