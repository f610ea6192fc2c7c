//! What a run reads of users: facts, current memberships, admins' decisions and the mark that said they changed, all in
//! one statement.

mod arrays;
pub mod candidates;
mod rows;
mod scope;
pub(crate) mod table;

use sea_orm::{ConnectionTrait, DbErr};

use crate::{database::backend::Backend, user_range::UserSelection};

pub use self::scope::{Candidate, Mark, Read, Scope, UnreadableUser};

/// Users in the order of their keys.
pub async fn read_all(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Read>, DbErr> {
    match (Backend::of(connection), scope.users) {
        (Backend::Postgres, UserSelection::List(users)) => rows::read_these(connection, users, scope).await,
        (Backend::Postgres, UserSelection::Range(_)) | (Backend::Sqlite, _) => {
            arrays::read_all(connection, scope).await
        }
    }
}
