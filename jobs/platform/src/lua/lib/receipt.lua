-- Of scripts that mend jobs in slices: what this call touched is counted under its receipt (ARGV 2;
-- empty: none) in the same step, so that the count can never differ from the effect.
local receipts = KEYS[13]
local RECEIPT_KEPT = 30 * 24 * 3600 * 1000

local function sign_receipt(touched)
  if ARGV[2] == '' or touched == 0 then return end
  redis.call('HINCRBY', receipts, ARGV[2], touched)
  redis.call('PEXPIRE', receipts, RECEIPT_KEPT)
end
