-- For the clean-up, which asks by age.

CREATE INDEX feedback_received ON feedback (received_at);
