-- For forgetting ticks that were decided long ago, without a look at all of them.
CREATE INDEX ticks_decided ON ticks (decided_at);
