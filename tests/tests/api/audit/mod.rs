mod get_audit_log;
