//! The audit log: every use case that changes something records it in the transaction of the change, so that neither exists
//! without the other.

use domain::{
    ids::UserNo,
    instant::{Clock, Instant},
    membership::Cause,
    segment::SegmentKey,
};
use persistence::{
    Database, DbErr, Transaction,
    membership::ledger::ChangeContext,
    ops::audit::{self, AuditEntry},
};
use serde_json::{Value as Json, json};

use crate::support::retry::with_retry;

/// Who asks for a change, and how. Made where the request arrives: by the API, the scheduler's path or the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The subject of the caller.
    pub actor: String,
    /// What the caller asked for, such as `removeUserFromSegment`.
    pub action: String,
    /// The id of the HTTP request, if there is one.
    pub request_id: Option<String>,
    /// Where the command ran, if it came from the command line.
    pub shell: Option<Shell>,
}

/// The target of entries about a segment.
pub fn segment_target(key: &SegmentKey) -> String {
    format!("segment {key}")
}

/// The person at the shell is unknown, but not the account and the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    pub account: String,
    pub host: String,
}

impl Shell {
    /// By the system, since the environment can be set to anything.
    fn of_this_process() -> Self {
        let uid = uzers::get_current_uid();
        let name = uzers::get_user_by_uid(uid).map(|user| user.name().to_string_lossy().into_owned());
        Self {
            // Containers often run as an account without a name.
            account: name.unwrap_or_else(|| format!("uid {uid}")),
            host: hostname::get().map_or_else(|_| "unknown".into(), |host| host.to_string_lossy().into_owned()),
        }
    }
}

impl Audit {
    /// Of a command that runs in this process.
    pub fn of_command(action: &str) -> Self {
        let (actor, shell) = ("command line".into(), Some(Shell::of_this_process()));
        Self { actor, action: action.into(), request_id: None, shell }
    }

    /// Runs a command of many transactions, or one that gives data out, with an entry before it and one after it. If the
    /// first cannot be written, nothing is done. If the process is killed, the second is missing.
    pub async fn around<T, E>(
        &self,
        database: &Database,
        clock: &dyn Clock,
        target: Option<String>,
        outcome: impl FnOnce(&T) -> Json,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: From<DbErr>,
    {
        self.record_alone(database, clock.now(), target.clone(), json!({"state": "started"})).await?;
        let done = work.await;
        let mut detail = done.as_ref().map_or_else(|_| json!({}), outcome);
        detail["state"] = if done.is_ok() { "done" } else { "failed" }.into();
        match (done, self.record_alone(database, clock.now(), target, detail).await) {
            (Ok(_), Err(error)) => Err(error.into()),
            (done, _) => done,
        }
    }

    /// In a transaction of its own.
    pub async fn record_alone(
        &self,
        database: &Database,
        at: Instant,
        target: Option<String>,
        detail: Json,
    ) -> Result<(), DbErr> {
        with_retry(|| async {
            let tx = database.begin().await?;
            self.record(&tx, at, target.clone(), Some(detail.clone())).await?;
            tx.commit().await
        })
        .await
    }

    fn with_shell(&self, detail: Option<Json>) -> Option<Json> {
        let Some(Shell { account, host }) = &self.shell else { return detail };
        let mut detail = detail.unwrap_or_else(|| json!({}));
        detail["account"] = account.as_str().into();
        detail["host"] = host.as_str().into();
        Some(detail)
    }

    /// Targets and details hold ids, counts and reasons, never an email address or a name: that of a segment may have the
    /// address of a person.
    pub(crate) fn entry(&self, at: Instant, target: Option<String>, detail: Option<Json>) -> AuditEntry {
        AuditEntry {
            at,
            actor: self.actor.clone(),
            action: self.action.clone(),
            target,
            user: None,
            request_id: self.request_id.clone(),
            detail: self.with_shell(detail),
        }
    }

    pub(crate) async fn record(
        &self,
        tx: &Transaction,
        at: Instant,
        target: Option<String>,
        detail: Option<Json>,
    ) -> Result<(), DbErr> {
        audit::record(tx, &self.entry(at, target, detail)).await.map(|_| ())
    }

    /// Records a change of one user. The user is stored with the entry, so that an erasure finds it.
    pub(crate) async fn record_of_user(
        &self,
        tx: &Transaction,
        at: Instant,
        (user, target): (UserNo, String),
        detail: Option<Json>,
    ) -> Result<(), DbErr> {
        audit::record(tx, &AuditEntry { user: Some(user), ..self.entry(at, Some(target), detail) }).await.map(|_| ())
    }

    pub(crate) fn change_context(&self, at: Instant, cause: Cause) -> ChangeContext {
        ChangeContext { at, cause, run: None, actor: Some(self.actor.clone()) }
    }
}
