//! The audit log.

pub(super) mod get_audit_log;
