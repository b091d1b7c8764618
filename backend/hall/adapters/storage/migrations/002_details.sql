-- What the reason of a wake's end is made of, as JSON: {"seconds": "60", "detail": {"code": …,
-- "values": {…}}}. With its code it gives the reason back, in every language, after a restart.

ALTER TABLE wakes ADD COLUMN details TEXT;
