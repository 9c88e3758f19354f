-- Hands on a token that whoever took it had no use for.
--
-- ARGV  1 now
wake()
