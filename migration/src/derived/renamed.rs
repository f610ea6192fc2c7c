//! Users whose id has no spaces around it any more, and where else their ids are stored.

use std::collections::{HashMap, HashSet};

use sea_orm_migration::prelude::*;
use serde_json::Value as Json;

use super::tables::Tables;

#[derive(Default)]
pub(super) struct Renamed {
    /// By their earlier ids.
    ids: HashMap<String, String>,
    /// All later ids: pages are written after their users are renamed.
    taken: HashSet<String>,
}

impl Renamed {
    /// Returns the new id.
    ///
    /// Another user may have the id without the spaces. Nothing can tell that both are one, so this one gets an id by
    /// which an operator finds and erases it.
    pub(super) async fn rename(&mut self, tables: &Tables<'_>, no: i64, old: &str) -> Result<String, DbErr> {
        let mut id = old.trim().to_owned();
        let stored = tables.query("SELECT no FROM users WHERE id = $1", [id.clone().into()]).await?;
        if !stored.is_empty() || !self.taken.insert(id.clone()) {
            id = format!("{id} (duplicate {no})");
        }
        let target = |id: &str| format!("user {id}").into();
        let sql = "UPDATE audit_log SET target = replace(target, $2, $3) WHERE user_no = $1";
        tables.execute(sql, [no.into(), target(old), target(&id)]).await?;
        self.ids.insert(old.to_owned(), id.clone());
        Ok(id)
    }

    /// In the issues of runs.
    pub(super) async fn rewrite_issues(&self, tables: &Tables<'_>) -> Result<(), DbErr> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let kind = if tables.is_sqlite() { "text" } else { "jsonb" };
        let update = format!("UPDATE segmentation_run SET issues = CAST($2 AS {kind}) WHERE id = $1");
        let sql = "SELECT id, CAST(issues AS text) FROM segmentation_run WHERE CAST(issues AS text) <> '[]'";
        for row in tables.query(sql, []).await? {
            let (run, issues): (i64, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            if let Some(issues) = self.renamed_issues(&issues) {
                tables.execute(&update, [run.into(), issues.into()]).await?;
            }
        }
        Ok(())
    }

    /// `None` if they name none of the users.
    fn renamed_issues(&self, issues: &str) -> Option<String> {
        let mut issues: Json = serde_json::from_str(issues).ok()?;
        let mut is_changed = false;
        for issue in issues.as_array_mut()? {
            let id = issue.get("user").and_then(Json::as_str).and_then(|id| self.ids.get(id));
            if let Some(id) = id.cloned() {
                issue["user"] = id.into();
                is_changed = true;
            }
        }
        is_changed.then(|| issues.to_string())
    }
}
