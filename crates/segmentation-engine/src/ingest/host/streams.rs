//! Prepares the queries of a pull: checks them, and finds how far each was read.

use std::sync::Arc;

use domain::{
    attribute::{Attribute, Attributes},
    event::Event,
    instant::Instant,
    profile::{QuizAttempt, UserChange},
    text::hex,
};
use persistence::{
    attributes,
    host::Columns,
    ops::pulls::{self, Key, Progress},
};
use sha2::{Digest, Sha256};

use super::{
    PullError, Pulling, Stream, Streams,
    ask::{ask, check},
    config::QueryConfig,
    watermark::Unit,
};
use crate::{
    ingest::{
        record::Record,
        report::{RecordCounts, RecordKind},
    },
    support::retry::with_retry,
};

impl Pulling<'_> {
    pub(super) async fn streams(&mut self) -> Result<Streams, PullError> {
        let mut faults = Vec::new();
        let config = &self.options.config;
        let users = self.stream::<UserChange>(config.users.as_ref(), &mut faults).await?;
        let attempts = self.stream::<QuizAttempt>(config.attempts.as_ref(), &mut faults).await?;
        let events = self.stream::<Event>(config.events.as_ref(), &mut faults).await?;
        let deleted = self.deleted_query(&mut faults).await?;
        if !faults.is_empty() {
            return Err(PullError::Queries(faults));
        }
        Ok(Streams { users, attempts, events, deleted })
    }

    async fn stream<T: Record>(
        &mut self,
        config: Option<&QueryConfig>,
        faults: &mut Vec<String>,
    ) -> Result<Option<Stream>, PullError> {
        let Some(config) = config else { return Ok(None) };
        let attributes = match T::KIND {
            RecordKind::Users => {
                let connection = self.database.connection();
                with_retry(|| async { Ok::<_, PullError>(attributes::declared(connection).await?) }).await?
            }
            RecordKind::Attempts | RecordKind::Events => Attributes::default(),
        };
        let columns = Columns { known: T::FIELDS, attributes: &attributes, required: T::REQUIRED, key: T::KEY };
        let checked = check(T::KIND.name(), faults, || self.host.query(&config.query, &columns)).await?;
        let Some(query) = checked else { return Ok(None) };
        let key = Key { source: self.options.config.source.clone(), kind: T::KIND };
        if T::KIND == RecordKind::Users && !query.undeclared().is_empty() {
            self.observer.ignored_columns(T::KIND.name(), query.undeclared());
        }
        let hash = hash(&config.query, query.attributes());
        let stored =
            with_retry(|| async { Ok::<_, PullError>(pulls::find(self.database.connection(), &key).await?) }).await?;
        let (unit, clock) = (Unit::of(config.overlap, query.is_by_time()), self.clock().await?);
        let progress = match stored {
            // A changed query may return different data for rows that were read before.
            Some(stored) if stored.query_hash != hash || self.options.from_start => stored.restarted(&hash),
            Some(stored) => match unit.mark_ahead(&stored, clock) {
                Some(mark) => {
                    self.observer.mark_was_ahead(T::KIND, &unit.words(mark));
                    stored.restarted(&hash)
                }
                None => stored,
            },
            None => Progress::start(&hash),
        };
        let (overlap, counts) = (unit.overlap(config.overlap), RecordCounts::default());
        Ok(Some(Stream { query, key, unit, overlap, clock, ahead: None, progress, counts }))
    }

    pub(super) async fn clock(&self) -> Result<Instant, PullError> {
        ask(|| self.host.clock()).await
    }
}

/// Also of the attributes and their options: once one is declared, values that were ignored or refused are to be read.
fn hash(query: &str, attributes: &[Arc<Attribute>]) -> String {
    let mut read = query.trim().to_owned();
    for attribute in attributes {
        read.push('\n');
        read.push_str(attribute.field_name());
        attribute.options().for_each(|option| {
            read.push('\t');
            read.push_str(option);
        });
    }
    hex(&Sha256::digest(read.as_bytes()))
}

#[cfg(test)]
mod tests {
    use domain::attribute::{Attribute, AttributeKey, AttributeType};

    use super::hash;

    #[test]
    fn pull_begins_anew_if_an_attribute_or_an_option_is_declared() {
        let country = |options: &[&str]| {
            let key = AttributeKey::parse("country").expect("a key");
            let options: Vec<_> = options.iter().map(ToString::to_string).collect();
            Attribute::stored(key, "Country".into(), AttributeType::Text, &options, false).into()
        };
        let hashes = [hash("SELECT", &[]), hash("SELECT", &[country(&[])]), hash("SELECT", &[country(&["DE"])])];
        assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2]);
        assert_eq!(hash(" SELECT\n", &[country(&["DE"])]), hashes[2]);
    }
}
