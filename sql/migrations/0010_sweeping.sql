-- What each sign-in and each new token sweeps on its way is found by an index:
-- guesses from many addresses leave many rows for a day.
CREATE INDEX throttle_failed ON throttle (failed_at);
CREATE INDEX token_expires ON token (expires_at);
