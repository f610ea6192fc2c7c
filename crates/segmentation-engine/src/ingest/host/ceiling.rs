//! What the next round reads: the rows up to its ceiling. The rows above it come after it.

use persistence::{
    host::{HostQuery, Window},
    ops::pulls::{Position, Round},
};

use super::{Covers, PullError, Pulling, Stream, ask::ask};
use crate::ingest::{record::Record, report::AheadRows};

/// Rows with a watermark in the future that are named.
const NAMED: usize = 3;

impl Pulling<'_> {
    /// Fixes the ceiling of the next round.
    pub(super) async fn begin(&mut self, stream: &mut Option<Stream>) -> Result<(), PullError> {
        let Some(stream) = stream else { return Ok(()) };
        let query = &stream.query;
        let unordered = ask(|| self.host.unordered(query)).await?;
        if unordered > 0 {
            stream.counts.add_refused(unordered);
            self.observer.without_watermark(stream.key.kind, unordered);
        }
        // Before the greatest watermark is read: what is written in between belongs to the next round.
        let clock = self.clock().await?;
        let greatest = self.greatest(query, None).await?;
        let ceiling = match stream.unit.at(clock) {
            Some(clock) if greatest > Some(clock) => self.greatest(query, Some(clock)).await?,
            _ => greatest,
        };
        let above = ceiling.map(|ceiling| ceiling.saturating_add(1));
        stream.ahead = greatest.filter(|_| greatest > ceiling).map(|greatest| (above, greatest));
        stream.progress.round = ceiling.map(|ceiling| Round { ceiling, at: None });
        stream.clock = clock;
        Ok(())
    }

    async fn greatest(&self, query: &HostQuery, up_to: Option<i64>) -> Result<Option<i64>, PullError> {
        ask(|| self.host.greatest(query, up_to)).await
    }

    /// Reads the rows above the ceiling of the round that has ended.
    pub(super) async fn rows_ahead<T: Record>(&mut self, stream: &mut Option<Stream>) -> Result<(), PullError> {
        let Some(stream) = stream else { return Ok(()) };
        let Some((from, ceiling)) = stream.ahead else { return Ok(()) };
        // Rows that were written since the round began are ordinary ones.
        let clock = self.clock().await?;
        let limit = self.options.config.batch_rows.get();
        let (mut found, mut at): (_, Option<Position>) = (AheadRows::default(), None);
        loop {
            let window = Window { from, after: at.as_ref(), ceiling, among: None, limit };
            let rows = self.read(&stream.query, &window).await?;
            for row in rows.iter().filter(|row| stream.unit.is_ahead(row.position.watermark, clock)) {
                found.count += 1;
                if found.first.len() < NAMED {
                    found.first.push((row.position.id.clone(), stream.unit.words(row.position.watermark)));
                }
            }
            self.write::<T>(stream, &rows, Covers::Nothing).await?;
            if rows.len() < limit as usize {
                break;
            }
            at = rows.last().map(|row| row.position.clone());
        }
        stream.counts.ahead = found.count;
        if found.count > 0 {
            self.observer.ahead(stream.key.kind, &found);
        }
        Ok(())
    }
}
