//! The query plans of the statements that the product executes.

use std::sync::Mutex;

use persistence::{ConnectionTrait, DbErr};
use sea_orm::{DatabaseConnection, DbBackend, ExecResult, QueryResult, Statement, prelude::async_trait};

/// A connection that explains every statement before it executes it.
#[derive(Debug)]
pub struct Explaining<'a> {
    connection: &'a DatabaseConnection,
    plans: Mutex<Vec<String>>,
}

impl<'a> Explaining<'a> {
    pub fn new(connection: &'a DatabaseConnection) -> Self {
        Self { connection, plans: Mutex::default() }
    }

    /// The plans since the last call, one line per step.
    pub fn take(&self) -> String {
        self.take_each().join("\n")
    }

    /// The plan of each statement since the last call.
    pub fn take_each(&self) -> Vec<String> {
        std::mem::take(&mut *self.plans.lock().expect("no panic"))
    }

    async fn explain(&self, statement: &Statement) -> Result<(), DbErr> {
        let (explain, column) = match self.get_database_backend() {
            DbBackend::Postgres => ("EXPLAIN", 0),
            _ => ("EXPLAIN QUERY PLAN", 3),
        };
        let explained = Statement { sql: format!("{explain} {}", statement.sql), ..statement.clone() };
        let rows = self.connection.query_all_raw(explained).await?;
        let steps: Vec<String> = rows.iter().map(|row| row.try_get_by_index(column)).collect::<Result<_, _>>()?;
        self.plans.lock().expect("no panic").push(steps.join("\n"));
        Ok(())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Explaining<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.explain(&statement).await?;
        self.connection.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.connection.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.explain(&statement).await?;
        self.connection.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.explain(&statement).await?;
        self.connection.query_all_raw(statement).await
    }
}
