//! The ledger, events and attempts as CSV, from one snapshot, so that anybody can compute figures anew.

use std::{borrow::Cow, io::Write};

use domain::{
    event::{Currency, Money},
    instant::format_instant,
};
use persistence::{
    Database, Snapshot,
    reads::data::{self, AttemptRow, EventRow, LedgerRow},
};

use crate::export::ExportError;

const LEDGER: [&str; 8] = ["no", "userId", "userNo", "segment", "entered", "at", "cause", "runId"];
// Ids are written as they are, for programs: with a mark against formulas of spreadsheets, an import would take them for others.

/// As an import reads them.
const EVENTS: [&str; 7] = ["id", "userId", "name", "occurredAt", "amount", "currency", "refundOf"];
/// As an import reads them.
const ATTEMPTS: [&str; 5] = ["id", "userId", "certification", "score", "completedAt"];

/// Where to write what is asked for.
#[derive(Debug, Default)]
pub struct DataFiles<W> {
    pub ledger: Option<W>,
    pub events: Option<W>,
    pub attempts: Option<W>,
}

/// How many rows were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DataRows {
    pub ledger: Option<u64>,
    pub events: Option<u64>,
    pub attempts: Option<u64>,
}

pub async fn export_data<W: Write + Send>(database: &Database, files: DataFiles<W>) -> Result<DataRows, ExportError> {
    let tx = database.begin_snapshot().await?;
    tx.allow_idling().await?;
    let mut rows = DataRows::default();
    if let Some(file) = files.ledger {
        let page = async |tx: &Snapshot, after: Option<&LedgerRow>| data::ledger(tx, after).await;
        rows.ledger = Some(write(&tx, file, LEDGER, page, of_ledger).await?);
    }
    if let Some(file) = files.events {
        let page = async |tx: &Snapshot, after: Option<&EventRow>| data::events(tx, after).await;
        rows.events = Some(write(&tx, file, EVENTS, page, of_event).await?);
    }
    if let Some(file) = files.attempts {
        let page = async |tx: &Snapshot, after: Option<&AttemptRow>| data::attempts(tx, after).await;
        rows.attempts = Some(write(&tx, file, ATTEMPTS, page, of_attempt).await?);
    }
    tx.close().await?;
    Ok(rows)
}

async fn write<T, const COLUMNS: usize>(
    tx: &Snapshot,
    into: impl Write,
    columns: [&str; COLUMNS],
    page: impl AsyncFn(&Snapshot, Option<&T>) -> Result<Vec<T>, persistence::DbErr>,
    cells: impl Fn(&T) -> [Cow<'_, str>; COLUMNS],
) -> Result<u64, ExportError> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(into);
    csv.write_record(columns)?;
    let (mut rows, mut last) = (0, None);
    loop {
        let mut read = page(tx, last.as_ref()).await?;
        for row in &read {
            csv.write_record(cells(row).map(Cow::into_owned))?;
        }
        rows += read.len() as u64;
        match read.pop() {
            Some(row) => last = Some(row),
            None => break,
        }
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(rows)
}

fn of_ledger(row: &LedgerRow) -> [Cow<'_, str>; 8] {
    [
        row.no.to_string().into(),
        row.user_id.as_deref().unwrap_or_default().into(),
        row.user_no.to_string().into(),
        row.segment.as_deref().map_or_else(|| format!("number {}", row.segment_id).into(), Cow::Borrowed),
        row.entered.to_string().into(),
        format_instant(row.at).into(),
        row.cause.as_str().into(),
        row.run_id.map(|run| run.to_string()).unwrap_or_default().into(),
    ]
}

fn of_event(row: &EventRow) -> [Cow<'_, str>; 7] {
    let currency = row.currency.as_deref().unwrap_or_default();
    let money = Option::zip(row.amount, Currency::parse(currency)).map(|(minor, currency)| Money { minor, currency });
    [
        row.id.as_str().into(),
        row.user_id.as_str().into(),
        row.name.as_str().into(),
        format_instant(row.occurred_at).into(),
        money.map(Money::decimal).unwrap_or_default().into(),
        currency.into(),
        row.refund_of.as_deref().unwrap_or_default().into(),
    ]
}

fn of_attempt(row: &AttemptRow) -> [Cow<'_, str>; 5] {
    [
        row.id.as_str().into(),
        row.user_id.as_str().into(),
        row.certification.as_str().into(),
        row.score.map(|score| score.to_string()).unwrap_or_default().into(),
        format_instant(row.completed_at).into(),
    ]
}
