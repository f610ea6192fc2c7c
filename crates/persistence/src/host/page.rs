//! The rows of a query in pages, in the order of watermark and id.

use sea_orm::{DbErr, QueryResult, Value};
use serde_json::json;

use super::{Host, HostQuery, IdQuery, WATERMARK, Watermark, attribute_column};
use crate::{
    database::{
        backend::Backend,
        json_rows::{parameter, statement},
    },
    ops::pulls::Position,
};

/// Only those of ASCII: a host database may be in another encoding than UTF-8.
const SPACES: &str = "' \t\n\u{b}\u{c}\r'";

#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    /// At this watermark or above.
    pub from: Option<i64>,
    /// After this row.
    pub after: Option<&'a Position>,
    /// At this watermark or below.
    pub ceiling: i64,
    /// Only these rows.
    pub among: Option<Among<'a>>,
    pub limit: u32,
}

/// Rows that have one of these texts in a column, apart from spaces around it.
#[derive(Debug, Clone, Copy)]
pub struct Among<'a> {
    pub column: &'static str,
    pub texts: &'a [&'a str],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRow {
    pub position: Position,
    /// In the order of the query's columns.
    pub cells: Vec<Result<Option<String>, NotText>>,
}

/// The bytes of a cell are not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotText;

impl Host {
    /// The greatest watermark at this moment, of all rows or of those up to a bound.
    pub async fn greatest(&self, query: &HostQuery, up_to: Option<i64>) -> Result<Option<i64>, DbErr> {
        let greatest = query.as_number("max(pulled.watermark)");
        let bound = up_to.map_or(String::new(), |_| format!(" AND pulled.{WATERMARK} <= {}", query.bound(1)));
        let sql = format!(
            "SELECT {greatest} FROM {from} WHERE {usable}{bound}",
            from = query.from(),
            usable = query.usable()
        );
        let statement = statement(&self.connection, sql, up_to.map(Into::into));
        let row = self.rows(statement).await?.pop();
        row.map_or(Ok(None), |row| row.try_get_by_index(0))
    }

    /// How many rows have no usable watermark.
    pub async fn unordered(&self, query: &HostQuery) -> Result<u64, DbErr> {
        let unusable = query.unusable();
        let sql = format!("SELECT count(*) FROM {from} WHERE {unusable}", from = query.from());
        let row = self.rows(self.plain(sql)).await?.pop();
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    pub async fn page(&self, query: &HostQuery, window: &Window<'_>) -> Result<Vec<HostRow>, DbErr> {
        self.page_of(query, window, None).await
    }

    /// A page of the rows that have a value in a column of the query.
    pub async fn page_with(
        &self,
        query: &HostQuery,
        window: &Window<'_>,
        column: &'static str,
    ) -> Result<Vec<HostRow>, DbErr> {
        self.page_of(query, window, Some(column)).await
    }

    async fn page_of(
        &self,
        query: &HostQuery,
        window: &Window<'_>,
        given: Option<&'static str>,
    ) -> Result<Vec<HostRow>, DbErr> {
        let (sql, values) = query.page(window, given, Backend::of(&self.connection));
        let rows = self.rows(statement(&self.connection, sql, values)).await?;
        rows.iter().map(|row| read(row, query.columns.len() + query.attributes.len())).collect()
    }
}

impl Host {
    /// Up to `limit` ids above another one, in order.
    pub async fn ids(&self, query: &IdQuery, above: &str, limit: u32) -> Result<Vec<String>, DbErr> {
        let (id, collation) = match Backend::of(&self.connection) {
            Backend::Sqlite => (sqlite_text("id"), "BINARY"),
            Backend::Postgres => (postgres_text("id"), "C"),
        };
        let sql = format!(
            "SELECT DISTINCT listed.id FROM (SELECT {id} COLLATE \"{collation}\" AS id FROM (\n{text}\n) AS pulled) AS listed \
             WHERE listed.id > $1 ORDER BY listed.id LIMIT $2",
            text = query.text
        );
        let values = [above.into(), i64::from(limit).into()];
        let rows = self.rows(statement(&self.connection, sql, values)).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect()
    }
}

fn read(row: &QueryResult, columns: usize) -> Result<HostRow, DbErr> {
    let tie = |place| row.try_get_by_index::<String>(place).unwrap_or_default();
    let position = Position { watermark: row.try_get_by_index(0)?, id: tie(1), user: tie(2) };
    let cells = (3..3 + columns).map(|place| row.try_get_by_index(place).map_err(|_| NotText)).collect();
    Ok(HostRow { position, cells })
}

impl HostQuery {
    fn from(&self) -> String {
        // The line breaks end a comment at the end of the operator's text.
        format!("(\n{}\n) AS pulled", self.text)
    }

    /// Column names are constants, or keys of attributes, which have only letters, digits and `_`.
    fn page(&self, window: &Window<'_>, given: Option<&str>, backend: Backend) -> (String, Vec<Value>) {
        let (text, tie): (fn(&str) -> String, _) = match backend {
            Backend::Sqlite => (sqlite_text, "BINARY"),
            Backend::Postgres => (postgres_text, "C"),
        };
        let ties: Vec<_> = (0..2)
            .map(|place| self.key.get(place).map_or("''".to_owned(), |name| format!("coalesce({}, '')", text(name))))
            .map(|expression| format!("{expression} COLLATE \"{tie}\""))
            .collect();
        let attributes = self.attributes.iter().map(|attribute| text(&attribute_column(attribute.key())));
        let cells: Vec<_> = self.columns.iter().map(|name| text(name)).chain(attributes).collect();
        let mut values: Vec<Value> = vec![window.ceiling.into(), i64::from(window.limit).into()];
        let mut conditions = vec![self.usable().to_owned(), format!("pulled.{WATERMARK} <= {}", self.bound(1))];
        if let Some(from) = window.after.map(|after| after.watermark).or(window.from) {
            values.push(from.into());
            conditions.push(format!("pulled.{WATERMARK} >= {}", self.bound(3)));
        }
        if let Some(after) = window.after {
            values.extend([after.id.clone().into(), after.user.clone().into()]);
            conditions.push(format!(
                "(pulled.{WATERMARK} > {bound} OR ({ties}) > ($4, $5))",
                bound = self.bound(3),
                ties = ties.join(", ")
            ));
        }
        if let Some(column) = given {
            conditions.push(format!("pulled.\"{column}\" IS NOT NULL"));
        }
        if let Some(among) = window.among {
            values.push(parameter(among.texts.iter().map(|text| json!(text))));
            let texts = format!("${}", values.len());
            let list = backend.json_texts(&texts);
            conditions.push(format!("trim({}, {SPACES}) IN (SELECT value FROM {list})", text(among.column)));
        }
        let sql = format!(
            "SELECT {watermark}, {ties}, {cells} FROM {from} WHERE {conditions} \
             ORDER BY pulled.{WATERMARK}, {ties} LIMIT $2",
            watermark = self.as_number("pulled.watermark"),
            ties = ties.join(", "),
            cells = cells.join(", "),
            from = self.from(),
            conditions = conditions.join(" AND "),
        );
        (sql, values)
    }

    fn as_number(&self, watermark: &str) -> String {
        match self.watermark {
            Watermark::Number | Watermark::Untyped => format!("CAST({watermark} AS bigint)"),
            Watermark::Timestamp | Watermark::TimestampWithZone => {
                format!("CAST(extract(epoch FROM {watermark}) * 1000000 AS bigint)")
            }
        }
    }

    /// Converts the parameter, not the column, so that an index of the host can be used.
    fn bound(&self, parameter: usize) -> String {
        let since = match self.watermark {
            Watermark::Number | Watermark::Untyped => return format!("${parameter}"),
            Watermark::Timestamp => "timestamp '1970-01-01'",
            Watermark::TimestampWithZone => "timestamptz '1970-01-01 00:00:00+00'",
        };
        format!("{since} + ${parameter} * interval '1 microsecond'")
    }

    /// Whether a row has a watermark.
    fn usable(&self) -> &'static str {
        match self.watermark {
            Watermark::Untyped => "typeof(pulled.watermark) = 'integer'",
            Watermark::Number => "pulled.watermark IS NOT NULL",
            Watermark::Timestamp | Watermark::TimestampWithZone => "isfinite(pulled.watermark)",
        }
    }

    fn unusable(&self) -> &'static str {
        match self.watermark {
            Watermark::Untyped => "typeof(pulled.watermark) <> 'integer'",
            Watermark::Number => "pulled.watermark IS NULL",
            Watermark::Timestamp | Watermark::TimestampWithZone => {
                "(pulled.watermark IS NULL OR pulled.watermark = 'infinity' OR pulled.watermark = '-infinity')"
            }
        }
    }
}

fn postgres_text(column: &str) -> String {
    format!("CAST(pulled.\"{column}\" AS text)")
}

/// A real number is printed with all digits.
fn sqlite_text(column: &str) -> String {
    format!(
        "CASE typeof(pulled.\"{column}\") WHEN 'real' THEN printf('%!.17g', pulled.\"{column}\") \
         ELSE CAST(pulled.\"{column}\" AS TEXT) END"
    )
}
