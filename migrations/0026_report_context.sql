-- A report is made again to the byte whatever is configured, written or renamed since. What it shows beside the database
-- (the platform's settings, its letter, the programme's file) is kept with its run as the text that it was; names of users
-- and of funds leave what they were, as other documents do.

CREATE TABLE report_run_contexts (
  run_id bigint PRIMARY KEY REFERENCES report_runs (id),
  platform text NOT NULL,
  currency char(3) NOT NULL REFERENCES currencies (code),
  letter text NOT NULL,     -- '' where it has none
  programme text NOT NULL,  -- the file that the grant was made from; '' where there is none
  CONSTRAINT report_context_is_limited
    CHECK (octet_length(platform) <= 1000 AND octet_length(letter) <= 1048576 AND octet_length(programme) <= 1048576)
);
CREATE TRIGGER report_content_is_of_a_new_run AFTER INSERT ON report_run_contexts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_report_content();
CREATE TRIGGER report_content_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON report_run_contexts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_report_change();
GRANT SELECT, INSERT ON report_run_contexts TO kindling_service;

-- Of a user only the name stays, which reports print beside what was approved, and no way to sign in or to write.
CREATE TRIGGER past_document_is_kept AFTER UPDATE OF name ON users
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)
  EXECUTE FUNCTION keep_past_document('{email, password_hash, must_change_password, active, roles, organisation_id}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON funds
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_past_document('{}', 'id');
SELECT make_as_known('users', 'id');
SELECT make_as_known('funds', 'id');
GRANT SELECT ON as_known.users, as_known.funds TO kindling_service;
