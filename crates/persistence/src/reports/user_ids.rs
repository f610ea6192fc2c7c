//! The ids of users of a set.

use domain::{
    ids::{UserId, UserNo},
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::among;
use crate::database::json_rows::statement;

/// Up to `limit` users above a number, in the order of their numbers. Users who were erased since, or deleted in the host
/// application, are left out.
pub async fn page(
    connection: &impl ConnectionTrait,
    users: &UserSet,
    above: UserNo,
    limit: usize,
) -> Result<Vec<(UserNo, UserId)>, DbErr> {
    let sql = format!(
        "SELECT no, id FROM users WHERE {} AND deleted_at IS NULL ORDER BY no",
        among::condition(connection, "no")
    );
    let mut page = Vec::new();
    let mut rest = users.iter().filter(|user| *user > above).peekable();
    // Twice as many each time, for a set of which most are deleted.
    let mut batch = limit;
    while page.len() < limit && rest.peek().is_some() {
        let next = rest.by_ref().take(batch).collect();
        for row in connection.query_all_raw(statement(connection, &sql, [among::parameter(&next)])).await? {
            page.push((UserNo(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?)));
        }
        batch *= 2;
    }
    page.truncate(limit);
    Ok(page)
}
