//! The query `[deleted]`: ids of users deleted in the host application. Every pull reads all of them. Users who are
//! no longer among them stay deleted until the query `[users]` has a row for them.

use domain::ids::{UserId, UserNo};
use persistence::{
    host::IdQuery,
    ingest::{
        gone::{self, Reported},
        users,
    },
};

use super::{
    PullError, Pulling,
    ask::{ask, check},
};
use crate::support::{failpoints::point, retry::with_retry};

/// Users per transaction.
const TOGETHER: usize = 5_000;

impl Pulling<'_> {
    pub(super) async fn deleted_query(&self, faults: &mut Vec<String>) -> Result<Option<IdQuery>, PullError> {
        let Some(text) = &self.options.config.deleted else { return Ok(None) };
        check("deleted", faults, || self.host.id_query(text)).await
    }

    pub(super) async fn read_deleted(&mut self, query: Option<&IdQuery>) -> Result<(), PullError> {
        let Some(query) = query else { return Ok(()) };
        self.deleted.clear();
        let (limit, mut above) = (self.options.config.batch_rows.get(), String::new());
        loop {
            let page = ask(|| self.host.ids(query, &above, limit)).await?;
            let Some(last) = page.last() else { return Ok(()) };
            above.clone_from(last);
            self.deleted.extend(page.iter().map(|id| id.trim().to_owned()));
        }
    }

    /// Returns how many users were not known to be deleted.
    pub(super) async fn report_deleted(&mut self) -> Result<u64, PullError> {
        let mut ids: Vec<_> = self.deleted.iter().cloned().map(UserId).collect();
        ids.sort_unstable();
        let mut gone = 0;
        for ids in ids.chunks(TOGETHER) {
            gone += with_retry(|| self.try_report(ids)).await?;
        }
        Ok(gone)
    }

    async fn try_report(&self, ids: &[UserId]) -> Result<u64, PullError> {
        let tx = self.database.begin_membership_change().await?;
        let mut users: Vec<UserNo> = users::find_many(&tx, ids).await?.into_values().collect();
        users.sort_unstable();
        let gone = gone::report(&tx, Reported::All(&users), self.now).await?;
        point("pull_before_commit");
        if self.options.dry_run {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        Ok(gone.len() as u64)
    }
}
