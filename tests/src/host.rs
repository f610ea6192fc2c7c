//! A host application's database, with the tables that Prisma creates from the schema in `docs/connecting-your-app.md`.

use domain::instant::Instant;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TryGetableMany};
use tempfile::TempDir;

use crate::{Kind, TestDatabase, now};

/// How Prisma stores dates on SQLite. On PostgreSQL there is one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// Milliseconds since 1970.
    Numbers,
    /// RFC 3339.
    Texts,
}

#[derive(Debug)]
pub struct Host {
    pub url: String,
    pub dates: Dates,
    connection: DatabaseConnection,
    folder: TempDir,
    _of_database: Option<TempDir>,
}

impl Host {
    /// `None` without a server of that kind.
    pub async fn create(kind: Kind) -> Self {
        let (url, of_database) = TestDatabase::create_empty(kind).await.expect("a database of that kind");
        Self::create_in(kind, url, of_database).await
    }

    /// With tables of another application.
    pub async fn of(kind: Kind, tables: &str) -> Self {
        let (url, of_database) = TestDatabase::create_empty(kind).await.expect("a database of that kind");
        Self::with_tables(kind, url, of_database, tables).await
    }

    /// Makes its tables in an empty database.
    pub async fn create_in(kind: Kind, url: String, of_database: Option<TempDir>) -> Self {
        let tables = if kind == Kind::Sqlite { PRISMA_ON_SQLITE } else { PRISMA_ON_POSTGRES };
        Self::with_tables(kind, url, of_database, tables).await
    }

    async fn with_tables(kind: Kind, url: String, of_database: Option<TempDir>, tables: &str) -> Self {
        let made = if kind == Kind::Sqlite { format!("{url}?mode=rwc") } else { url.clone() };
        let connection = Database::connect(made).await.expect("the host database opens");
        connection.execute_unprepared(tables).await.expect("the tables are made");
        let folder = TempDir::new().expect("a temporary folder");
        Self { url, dates: Dates::Numbers, connection, folder, _of_database: of_database }
    }

    pub async fn execute(&self, sql: &str) {
        self.connection.execute_unprepared(sql).await.expect("the statement is executed");
    }

    pub async fn query<T: TryGetableMany>(&self, sql: &str) -> Vec<T> {
        let statement = Statement::from_string(self.connection.get_database_backend(), sql);
        let rows = self.connection.query_all_raw(statement).await.expect("the query is answered");
        rows.iter().map(|row| T::try_get_many_by_index(row).expect("columns of these types")).collect()
    }

    /// Writes a file next to it, such as a configuration. Returns its path.
    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        // Whole from the start: a program that was started before may read it at this moment.
        let new = path.with_extension("new");
        std::fs::write(&new, content).expect("a file");
        std::fs::rename(new, &path).expect("it takes its place");
        path.to_str().expect("UTF-8").to_owned()
    }

    /// An instant as an SQL literal.
    pub fn literal(&self, instant: Instant) -> String {
        match (self.connection.get_database_backend(), self.dates) {
            (DbBackend::Postgres, _) => format!("'{}'", instant.format("%Y-%m-%d %H:%M:%S%.3f")),
            (_, Dates::Numbers) => instant.timestamp_millis().to_string(),
            (_, Dates::Texts) => format!("'{}'", instant.format("%Y-%m-%dT%H:%M:%S%.3f+00:00")),
        }
    }

    pub async fn user(&self, id: &str, plan: &str, updated_at: Instant) {
        let (created, updated) = (self.literal(now()), self.literal(updated_at));
        self.execute(&format!(
            "INSERT INTO \"User\" (\"id\", \"email\", \"firstName\", \"plan\", \"currentStreak\", \"createdAt\", \"updatedAt\") \
             VALUES ('{id}', '{id}@example.org', 'O''Neill', '{plan}', 7, {created}, {updated}) \
             ON CONFLICT (\"id\") DO UPDATE SET \"plan\" = excluded.\"plan\", \"updatedAt\" = excluded.\"updatedAt\""
        ))
        .await;
    }

    pub async fn attempt(&self, id: &str, user: &str, certification: &str, updated_at: Instant) {
        let (completed, updated) = (self.literal(now()), self.literal(updated_at));
        self.execute(&format!(
            "INSERT INTO \"QuizAttempt\" (\"id\", \"userId\", \"certification\", \"score\", \"completedAt\", \"updatedAt\") \
             VALUES ('{id}', '{user}', '{certification}', 87.5, {completed}, {updated}) ON CONFLICT (\"id\") DO UPDATE SET \
             \"certification\" = excluded.\"certification\", \"updatedAt\" = excluded.\"updatedAt\""
        ))
        .await;
    }
}

const PRISMA_ON_POSTGRES: &str = r#"
CREATE TYPE "Plan" AS ENUM ('FREE', 'PRO', 'PREMIUM');
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "firstName" TEXT,
    "lastName" TEXT,
    "plan" "Plan" NOT NULL DEFAULT 'FREE',
    "role" "Role" NOT NULL DEFAULT 'USER',
    "currentStreak" INTEGER NOT NULL DEFAULT 0,
    "totalPoints" INTEGER NOT NULL DEFAULT 0,
    "level" INTEGER NOT NULL DEFAULT 1,
    "lastActivityAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "QuizAttempt" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "certification" TEXT NOT NULL,
    "score" DOUBLE PRECISION,
    "completedAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    CONSTRAINT "QuizAttempt_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
CREATE INDEX "User_updatedAt_id_idx" ON "User"("updatedAt", "id");
CREATE INDEX "QuizAttempt_updatedAt_id_idx" ON "QuizAttempt"("updatedAt", "id");
CREATE INDEX "QuizAttempt_userId_idx" ON "QuizAttempt"("userId");
ALTER TABLE "QuizAttempt" ADD CONSTRAINT "QuizAttempt_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id")
    ON DELETE RESTRICT ON UPDATE CASCADE;
"#;

const PRISMA_ON_SQLITE: &str = r#"
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "email" TEXT NOT NULL,
    "firstName" TEXT,
    "lastName" TEXT,
    "plan" TEXT NOT NULL DEFAULT 'FREE',
    "role" TEXT NOT NULL DEFAULT 'USER',
    "currentStreak" INTEGER NOT NULL DEFAULT 0,
    "totalPoints" INTEGER NOT NULL DEFAULT 0,
    "level" INTEGER NOT NULL DEFAULT 1,
    "lastActivityAt" DATETIME,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL
);
CREATE TABLE "QuizAttempt" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "certification" TEXT NOT NULL,
    "score" REAL,
    "completedAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "QuizAttempt_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
CREATE INDEX "User_updatedAt_id_idx" ON "User"("updatedAt", "id");
CREATE INDEX "QuizAttempt_updatedAt_id_idx" ON "QuizAttempt"("updatedAt", "id");
CREATE INDEX "QuizAttempt_userId_idx" ON "QuizAttempt"("userId");
"#;
