-- A changed user (an address, a language, what somebody is registered for) takes effect within seconds
-- in running stages, as every other change of the directory does.
-- check: (SELECT count(*) FROM pg_trigger WHERE tgname = 'note_change' AND tgrelid = 'users'::regclass) = 1

CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON users
  FOR EACH STATEMENT EXECUTE FUNCTION note_directory_change();
