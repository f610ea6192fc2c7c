//! Callers who are users of the host application: they sign what they do with the subject of their JWT.

use domain::ids::{UserId, UserNo};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::database::{
    MembershipTx,
    json_rows::{Type, parameter, rows, statement},
};

/// The audit log first: it has an entry for every change.
const SIGNED: [(&str, &str); 8] = [
    ("audit_log", "actor"),
    ("segment_override", "actor"),
    ("custom_segment", "created_by"),
    ("custom_segment_version", "author"),
    ("webhook", "changed_by"),
    ("segment_sync", "changed_by"),
    ("goal", "changed_by"),
    ("segment_event", "actor"),
];

/// Puts the number of an erased user in the place of the id and the email address that they signed with.
pub async fn forget(tx: &MembershipTx, user: UserNo, (id, email): (&UserId, &str)) -> Result<(), DbErr> {
    for (table, column) in SIGNED {
        let sql = format!(
            "UPDATE {table} SET {column} = $2 WHERE {column} IN (SELECT input.subject FROM ({rows}) AS input)",
            rows = rows(tx, &[("subject", Type::Text)])
        );
        let subjects = parameter([&id.0, email].map(|subject| json!([format!("jwt:{subject}")])));
        let values = [subjects, format!("user {}", user.erased()).into()];
        let signed = tx.execute_raw(statement(tx, sql, values)).await?.rows_affected();
        if table == "audit_log" && signed == 0 {
            // Looking through the ledger would take long.
            return Ok(());
        }
    }
    Ok(())
}
