-- Levels of a limit beside 100 %, as src/limits/limit-levels.ts writes them: '50,80,+10000000' is 50 %, 80 %
-- and each next 10 EUR; '' = those of its kind, which is what every setting had until now.
-- check: NOT EXISTS (SELECT 1 FROM limit_settings WHERE levels <> '')

ALTER TABLE limit_settings ADD COLUMN levels text NOT NULL DEFAULT '';
ALTER TABLE limit_changes ADD COLUMN from_levels text;
ALTER TABLE limit_changes ADD COLUMN to_levels text;
