//! The two kinds of database, and the SQL in which they differ.
//!
//! **Invariant:** every difference is a match on [`Backend`] that names both kinds, never "if PostgreSQL" or a
//! wildcard. Differences that several statements share are methods here; others stay next to their statement.

use domain::attribute::AttributeType;
use sea_orm::{
    ConnectionTrait, DbBackend,
    sea_query::{Alias, DynIden, Expr, ExprTrait, IntoIden},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// How a statement inserts rows from a parameter, all of one shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inserts {
    /// Into an SQLite file.
    File,
    /// Into PostgreSQL.
    Server,
    /// Into distributed tables. Citus sends the statement to the node of the shard if it reads the shard from a table there, and
    /// draws no numbers. Any other statement it executes in two steps, with a two-phase commit.
    Citus,
}

impl Inserts {
    /// The value of the column [`and_shard`](Backend::and_shard), in a `SELECT` from [`Self::home`].
    pub(crate) fn and_shard_value(self) -> &'static str {
        match self {
            Self::File => "",
            Self::Server => ", $shard",
            Self::Citus => ", home.shard",
        }
    }

    /// What stands before the rows after `FROM`.
    pub(crate) fn home(self) -> &'static str {
        match self {
            Self::File | Self::Server => "",
            Self::Citus => "shards AS home CROSS JOIN ",
        }
    }

    /// What stands after `WHERE`.
    pub(crate) fn is_home(self) -> &'static str {
        match self {
            Self::File | Self::Server => "true",
            Self::Citus => "home.shard = $shard",
        }
    }
}

/// On Citus, the lower bits of the numbers of rows that are inserted together are their places in the statement: this many.
pub(crate) const PLACES: u32 = 28;

/// Stands in a statement for the parameter with the shard.
pub(crate) const SHARD: &str = "$shard";

#[derive(Debug, Clone, Copy)]
pub(crate) enum Type {
    Integer,
    Small,
    Text,
    Real,
    Instant,
}

impl Type {
    pub(crate) fn in_postgres(self) -> &'static str {
        match self {
            Self::Integer => "bigint",
            Self::Small => "integer",
            Self::Text => "text",
            Self::Real => "double precision",
            Self::Instant => "timestamptz",
        }
    }
}

impl From<DbBackend> for Backend {
    fn from(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Sqlite => Self::Sqlite,
            DbBackend::Postgres => Self::Postgres,
            DbBackend::MySql | _ => unreachable!("only the drivers of SQLite and PostgreSQL are built in"),
        }
    }
}

impl Backend {
    pub(crate) fn of(connection: &impl ConnectionTrait) -> Self {
        connection.get_database_backend().into()
    }

    pub(crate) fn of_scheme(scheme: &str) -> Option<Self> {
        match scheme {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// The database's clock. Inside a PostgreSQL transaction, `now()` would be the start of the transaction.
    pub(crate) fn clock(self) -> &'static str {
        match self {
            Self::Sqlite => "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
            Self::Postgres => "clock_timestamp()",
        }
    }

    /// A condition: the rows of a table are of the shard of the statement, which [`statement_in`] binds. A file of SQLite is one
    /// shard, and its tables have no column for it.
    ///
    /// [`statement_in`]: super::json_rows::statement_in
    pub(crate) fn in_shard(self, table: &str) -> String {
        match self {
            Self::Sqlite => "true".to_owned(),
            Self::Postgres => format!("{table}.shard = {SHARD}"),
        }
    }

    /// A condition: rows of two tables that are about the same user are in the same shard, so that a server finds them side by
    /// side.
    pub(crate) fn same_shard(self, table: &str, other: &str) -> String {
        match self {
            Self::Sqlite => "true".to_owned(),
            Self::Postgres => format!("{table}.shard = {other}.shard"),
        }
    }

    /// The same for statements that are built.
    pub(crate) fn same_shard_expr(self, table: impl IntoIden, other: impl IntoIden) -> Option<Expr> {
        let shard = |table: DynIden| (table, Alias::new("shard"));
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(Expr::col(shard(table.into_iden())).equals(shard(other.into_iden()))),
        }
    }

    /// The column of the shard, after others of a list.
    pub(crate) fn and_shard(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => ", shard",
        }
    }

    /// Its value in a statement of one shard.
    pub(crate) fn and_shard_value(self) -> String {
        match self {
            Self::Sqlite => String::new(),
            Self::Postgres => format!(", {SHARD}"),
        }
    }

    /// A join whose left side is read first. PostgreSQL has statistics, and decides by itself.
    pub(crate) fn join_in_order(self) -> &'static str {
        match self {
            Self::Sqlite => "CROSS JOIN",
            Self::Postgres => "JOIN",
        }
    }

    /// A table of the elements of a JSON array, in a column `value`. They are binary: of text, each cell would parse its row
    /// again.
    pub(crate) fn json_elements(self, parameter: &str) -> String {
        match self {
            Self::Sqlite => format!("jsonb_each({parameter})"),
            Self::Postgres => format!("jsonb_array_elements(CAST({parameter} AS jsonb))"),
        }
    }

    /// The same for an array of texts.
    pub(crate) fn json_texts(self, parameter: &str) -> String {
        match self {
            Self::Sqlite => format!("json_each({parameter})"),
            Self::Postgres => format!("jsonb_array_elements_text(CAST({parameter} AS jsonb))"),
        }
    }

    pub(crate) fn json_texts_function(self) -> &'static str {
        match self {
            Self::Sqlite => "json_each",
            Self::Postgres => "jsonb_array_elements_text",
        }
    }

    /// The value of an attribute as it is compared: a number, or a text of which the bytes are compared. NULL if there is none.
    pub(crate) fn attribute(self, key: &str, kind: AttributeType) -> Expr {
        let sql = match (self, kind) {
            (Self::Sqlite, _) => r#"("user_attributes"."compared" ->> ?)"#,
            (Self::Postgres, AttributeType::Number) => r#"CAST("user_attributes"."compared" ->> $1 AS bigint)"#,
            (
                Self::Postgres,
                AttributeType::Text
                | AttributeType::Decimal
                | AttributeType::Boolean
                | AttributeType::Date
                | AttributeType::List,
            ) => r#"("user_attributes"."compared" ->> $1) COLLATE "C""#,
        };
        Expr::cust_with_values(sql, [key])
    }

    /// The list that an attribute has, as JSON.
    pub(crate) fn attribute_list(self, key: &str) -> Expr {
        let sql = match self {
            Self::Sqlite => r#"("user_attributes"."compared" -> ?)"#,
            Self::Postgres => r#"("user_attributes"."compared" -> $1)"#,
        };
        Expr::cust_with_values(sql, [key])
    }

    /// One cell of a JSON array `value`.
    pub(crate) fn json_cell(self, place: usize, kind: Type) -> String {
        let cell = format!("value ->> {place}");
        match self {
            // SQLite's JSON keeps types.
            Self::Sqlite => cell,
            Self::Postgres => match kind {
                Type::Text => cell,
                Type::Integer | Type::Small | Type::Real | Type::Instant => format!("({cell})::{}", kind.in_postgres()),
            },
        }
    }

    /// Rows as a JSON array of arrays. Without rows, PostgreSQL gives NULL and SQLite `[]`.
    pub(crate) fn json_of_rows(self, columns: &str) -> String {
        match self {
            Self::Sqlite => format!("json_group_array(json_array({columns}))"),
            Self::Postgres => format!("json_agg(json_build_array({columns}))"),
        }
    }

    /// JSON in the form that the driver returns. SQLite's is text, unless it is nested in other JSON.
    pub(crate) fn json_as_text(self, json: String) -> String {
        match self {
            Self::Sqlite => json,
            Self::Postgres => format!("CAST({json} AS text)"),
        }
    }
}
