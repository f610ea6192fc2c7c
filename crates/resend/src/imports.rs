//! Imports of many contacts at once. The service works them off by itself, and says how many it took, but not which.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

use crate::{
    client::{Body, Call, Client},
    error::Error,
    ids::{ImportId, SegmentId},
    lists::{Item, ListError, Page},
};

const TIMEOUT: Duration = Duration::from_secs(120);

/// A contact in an import. Names go out as they are: they are data for a mail, not for a spreadsheet.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportRow {
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Queued,
    InProgress,
    Completed,
    Failed,
    /// One that the service did not have when this was written.
    #[serde(other)]
    Other,
}

impl ImportState {
    /// As the service names it in a query. One that is not known is never asked for.
    fn in_query(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Other => "other",
        }
    }

    pub fn has_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Import {
    pub id: ImportId,
    pub status: ImportState,
}

impl Item for Import {
    fn cursor(&self) -> String {
        self.id.as_str().to_owned()
    }
}

#[derive(Deserialize)]
struct Created {
    #[serde(alias = "import_id")]
    id: ImportId,
}

impl Client {
    /// Makes contacts that are not there and puts them into segments. Those that are there stay as they are. Never tried again
    /// by itself.
    pub async fn import_contacts(&self, rows: &[ImportRow], segments: &[SegmentId]) -> Result<ImportId, Error> {
        let file = csv_of(rows);
        let segments = json!(segments.iter().map(|segment| json!({"id": segment})).collect::<Vec<_>>()).to_string();
        let columns = json!({"email": "email", "first_name": "first_name", "last_name": "last_name"}).to_string();
        let form = || {
            let part = Part::bytes(file.clone()).file_name("contacts.csv");
            let part =
                part.mime_str("text/csv").unwrap_or_else(|_| Part::bytes(file.clone()).file_name("contacts.csv"));
            Form::new()
                .part("file", part)
                .text("column_map", columns.clone())
                // The service's default differs from one of its documents to another.
                .text("on_conflict", "skip")
                .text("segments", segments.clone())
        };
        let call = Call {
            body: Body::Form(&form),
            timeout: TIMEOUT,
            ..Call::new(Method::POST, "/contacts/imports", "contacts/imports").once()
        };
        Ok(self.send(call).await?.read::<Created>()?.id)
    }

    pub async fn import(&self, id: &ImportId) -> Result<Import, Error> {
        self.send(Call::get("/contacts/imports/{import}", format!("contacts/imports/{id}"))).await?.read()
    }

    /// A page of the imports of the account in a state.
    pub async fn imports(&self, status: ImportState, after: Option<&str>) -> Result<Page<Import>, ListError> {
        let call = Call::get("/contacts/imports", "contacts/imports");
        self.page(call, after, vec![("status", status.in_query().to_owned())]).await
    }
}

/// RFC 4180, in memory only.
fn csv_of(rows: &[ImportRow]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(["email", "first_name", "last_name"]);
    for row in rows {
        let name = |name: &Option<String>| name.clone().unwrap_or_default();
        let _ = writer.write_record([&row.email, &name(&row.first_name), &name(&row.last_name)]);
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_an_import_are_quoted_where_needed_and_names_stay_as_they_are() {
        let row = |email: &str, first: &str, last: Option<&str>| ImportRow {
            email: email.into(),
            first_name: Some(first.into()),
            last_name: last.map(str::to_owned),
        };
        let rows = [row("a@b.c", "=1+1", None), row("d@e.f", "Ann, \"A\"", Some("Lee"))];
        let expected = "email,first_name,last_name\na@b.c,=1+1,\nd@e.f,\"Ann, \"\"A\"\"\",Lee\n";
        assert_eq!(String::from_utf8(csv_of(&rows)).expect("text"), expected);
    }
}
