//! People by name, email address or id, in the order of our keys.

use domain::{ids::UserNo, instant::Instant};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    members::Search,
    params::{bind, stored},
};
use crate::database::json_rows::statement;

#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Person {
    no: i64,
    pub id: String,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Upper case.
    pub plan: String,
    pub last_activity_at: Option<Instant>,
    pub created_at: Instant,
    /// When the host application deleted the user.
    pub deleted_at: Option<Instant>,
}

impl Person {
    /// The next page starts after this key.
    pub fn no(&self) -> UserNo {
        UserNo(self.no)
    }
}

/// A page of those who are found, or of all, behind a user.
pub async fn people(
    connection: &impl ConnectionTrait,
    search: Option<&Search>,
    above: UserNo,
    limit: u64,
) -> Result<Vec<Person>, DbErr> {
    let mut values: Vec<Value> = vec![above.0.into()];
    let condition = match search {
        Some(search) => search.condition(connection, "searched.no", &mut values).await?,
        None => "true".into(),
    };
    let sql = format!(
        "SELECT searched.no, searched.id, searched.email, searched.first_name, searched.last_name, searched.plan, \
         searched.last_activity_at, searched.created_at, searched.deleted_at FROM users AS searched \
         WHERE searched.no > $1 AND {condition} ORDER BY searched.no LIMIT {limit}",
        limit = bind(&mut values, stored(limit)),
    );
    let rows = connection.query_all_raw(statement(connection, sql, values)).await?;
    rows.iter().map(|row| Person::from_query_result(row, "")).collect()
}
