//! Whole tables: their content, and how to make one refuse writes.

use std::collections::BTreeMap;

use sea_orm::DbBackend;

use crate::World;

impl World {
    /// Every row as text, by table.
    pub async fn dump(&self) -> BTreeMap<String, Vec<String>> {
        let mut dump = BTreeMap::new();
        for (table,) in self.query::<(String,)>(self.sql(TABLES_OF_SQLITE, TABLES_OF_POSTGRES)).await {
            let rows = self.query::<(String,)>(&self.rows_of(&table).await).await;
            dump.insert(table, rows.into_iter().map(|(row,)| row).collect());
        }
        dump
    }

    /// Makes every insert and update of the table fail, with the database's own message, which may contain the row.
    pub async fn refuse_writes(&self, table: &str) {
        let on = |event: &str| {
            format!(
                "CREATE TRIGGER refused_{event}_{table} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END;"
            )
        };
        let sqlite = on("INSERT") + &on("UPDATE");
        let postgres = format!("ALTER TABLE {table} ADD CONSTRAINT refused CHECK (false) NOT VALID");
        self.execute(self.sql(&sqlite, &postgres)).await;
    }

    /// Undoes `refuse_writes`.
    pub async fn allow_writes(&self, table: &str) {
        let sqlite = format!("DROP TRIGGER refused_INSERT_{table}; DROP TRIGGER refused_UPDATE_{table};");
        let postgres = format!("ALTER TABLE {table} DROP CONSTRAINT refused");
        self.execute(self.sql(&sqlite, &postgres)).await;
    }

    /// From now on, every other insert into the table fails as if another transaction were in its way. Only on
    /// PostgreSQL. The sequence `lost_races` counts the inserts, since a rollback leaves it as it is.
    pub async fn lose_every_other_race(&self, table: &str) {
        let sql = format!(
            "CREATE SEQUENCE lost_races;
             CREATE FUNCTION lose_race() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF nextval('lost_races') % 2 = 1 THEN
                     RAISE EXCEPTION 'could not serialize access' USING ERRCODE = 'serialization_failure';
                 END IF;
                 RETURN NEW;
             END $$;
             CREATE TRIGGER lose_race BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION lose_race();
             SELECT setval('lost_races', 2)"
        );
        self.execute(&sql).await;
    }

    async fn rows_of(&self, table: &str) -> String {
        if self.is_postgres() {
            return format!("SELECT CAST(to_jsonb(rows) AS text) FROM {table} AS rows ORDER BY 1");
        }
        let columns =
            format!("SELECT group_concat('quote(\"' || name || '\")', ',') FROM pragma_table_info('{table}')");
        let [(columns,)] = &self.query::<(String,)>(&columns).await[..] else { panic!("the columns of {table}") };
        format!("SELECT concat_ws(', ', {columns}) FROM {table} ORDER BY 1")
    }

    fn sql<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        if self.is_postgres() { postgres } else { sqlite }
    }

    fn is_postgres(&self) -> bool {
        self.database().connection().get_database_backend() == DbBackend::Postgres
    }
}

const TABLES_OF_SQLITE: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
const TABLES_OF_POSTGRES: &str = "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public'";
