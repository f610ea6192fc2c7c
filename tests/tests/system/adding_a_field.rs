//! `docs/adding-a-field.md` is true: every step of it was done for every field.

use std::{collections::BTreeSet, fs};

use domain::{
    attribute::Attributes,
    criteria::{FIELDS, Field, Needs, NumberField, arbitrary},
    facts::UserFacts,
    ids::UserId,
    profile::{DELETION, PROFILE, ProfileField, ProfileValue, User},
};
use integration_tests::{Host, Kind, Program, World, at, moment, now, on_both_databases};
use persistence::{
    entity,
    facts::{self, Scope},
    ingest::gone,
    user_range::UserSelection,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use sea_orm::EntityTrait;
use segmentation_engine::{
    audit::Audit,
    ingest::{
        json::{self, IngestRequest},
        report::Outcome,
    },
};
use serde_json::{Map, Value as Json};

/// Fields that no source gives: they follow from the id or from the quizzes.
const DERIVED: [&str; 6] =
    ["quizCount", "randomBucket", "lastQuizAt", "purchaseCount", "firstPurchaseAt", "lastPurchaseAt"];

const PAGE: &str = include_str!("../../../docs/criteria.md");
const REFERENCE: &str = include_str!("../../../docs/reference/fields.md");
const OPENRPC: &str = include_str!("../../../docs/openrpc.json");
const CLIENT: &str = include_str!("../../../frontend/src/api/types.generated.ts");
const GOLDEN: [&str; 2] = [
    include_str!(
        "../../../crates/persistence/src/criteria_sql/snapshots/persistence__criteria_sql__tests__operators_sqlite.snap"
    ),
    include_str!(
        "../../../crates/persistence/src/criteria_sql/snapshots/persistence__criteria_sql__tests__operators_postgres.snap"
    ),
];

on_both_databases! {
    async fn field_is_stored_and_read_from_every_source(world: World) {
        let rows = entity::users::Entity::find().all(world.database().connection()).await;
        rows.unwrap_or_else(|error| panic!("step 1, migration: a column of the entity `users` is not in the table: {error}"));
        for source in [Source::File, Source::Call, Source::Query] {
            let cells: Vec<_> = PROFILE.iter().enumerate().map(|(place, field)| (field.name, sample(place, field))).collect();
            // A user who is deleted is not made.
            let present: Vec<_> = cells.iter().filter(|(name, _)| *name != DELETION).cloned().collect();
            give(&world, source, &present, Outcome::Created).await;
            give(&world, source, &cells, Outcome::Updated).await;
            let id = source.id();
            let mut user = User::new(UserId(id.into()), String::new(), now());
            PROFILE.iter().enumerate().for_each(|(place, field)| set(&mut user, place, field));
            let (expected, stored) = (UserFacts::of(&user, &[]), stored(&world, id).await);
            for field in PROFILE {
                let same = match field.value {
                    ProfileValue::Text(text, _) | ProfileValue::OptionalText(text, _) => stored.text(text) == expected.text(text),
                    ProfileValue::Number(number, _) => stored.number(number) == expected.number(number),
                    ProfileValue::Date(date, _) | ProfileValue::OptionalDate(date, _) => stored.date(date) == expected.date(date),
                    ProfileValue::Deletion(place) => {
                        let deleted_at = gone::since(world.database().connection(), world.no(id).await).await;
                        deleted_at.expect("a query") == *(place.get)(&user)
                    }
                    ProfileValue::Word(place) => {
                        let sql = format!("SELECT {} FROM users WHERE id = '{id}'", field.name);
                        world.query::<(String,)>(&sql).await[0].0 == *(place.get)(&user)
                    }
                };
                assert!(same, "step 5, fact: {} as a {source:?} gave it is not what is read", field.name);
            }
        }
    }

    /// The readers take 64-bit integers, and order by bytes, whatever the locale of the server.
    async fn field_columns_have_the_types_that_readers_expect(world: World) {
        for spec in FIELDS {
            let (column, expected) = match spec.field {
                Field::Number(NumberField::RandomBucket) => (snake(spec.name), ["INTEGER", "smallint"]),
                Field::Number(_) => (snake(spec.name), ["INTEGER", "bigint"]),
                Field::Date(_) => (snake(spec.name), ["TEXT", "timestamp with time zone"]),
                Field::Text(_) => (format!("{}_folded", snake(spec.name)), ["TEXT", "text C"]),
                Field::Plan
                | Field::Share(_)
                | Field::QuizAttempts
                | Field::Events
                | Field::Purchases
                | Field::TotalSpent
                | Field::Segment
                | Field::Attribute(_) => continue,
            };
            let (sql, expected) = if world.database().is_embedded() {
                let tables = ["users", "user_stats"].map(|table| format!("SELECT name, type FROM pragma_table_info('{table}')"));
                (format!("SELECT type FROM ({}) AS columns WHERE name = '{column}'", tables.join(" UNION ALL ")), expected[0])
            } else {
                let name = "concat_ws(' ', data_type, collation_name)";
                let of = "information_schema.columns WHERE table_name IN ('users', 'user_stats')";
                (format!("SELECT {name} FROM {of} AND column_name = '{column}'"), expected[1])
            };
            assert_eq!(world.query::<(String,)>(&sql).await, [(expected.into(),)], "step 1, migration: {column}");
        }
    }

    async fn field_of_dates_refuses_years_that_no_program_can_read(world: World) {
        if world.database().is_embedded() {
            return; // Dates are text there, and one that cannot be read is a fault of one user.
        }
        for spec in FIELDS.iter().filter(|spec| matches!(spec.field, Field::Date(_))) {
            let sql = format!(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND pg_get_constraintdef(oid) LIKE '%({}%0001-01-01%'",
                snake(spec.name)
            );
            let (checks,) = world.query::<(i64,)>(&sql).await[0];
            assert!(checks > 0, "step 1, migration: {} has no CHECK for the years 1 to 9999", spec.name);
        }
    }

    /// An incremental run looks up whose dates have passed.
    async fn field_of_dates_has_an_index(world: World) {
        for spec in FIELDS.iter().filter(|spec| matches!(spec.field, Field::Date(_))) {
            let (catalogue, table, definition) = if world.database().is_embedded() {
                ("sqlite_master", "tbl_name", "sql")
            } else {
                ("pg_indexes", "tablename", "indexdef")
            };
            let column = snake(spec.name);
            let sql = format!(
                "SELECT count(*) FROM {catalogue} WHERE {table} IN ('users', 'user_stats') AND {definition} LIKE '%INDEX%({column}%'"
            );
            let (indexes,) = world.query::<(i64,)>(&sql).await[0];
            assert!(indexes > 0, "step 1, migration: {column} has no index");
        }
    }
}

/// `createdAt` as `created_at`.
fn snake(name: &str) -> String {
    name.chars().flat_map(|c| if c.is_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] }).collect()
}

#[derive(Debug, Clone, Copy)]
enum Source {
    File,
    Call,
    Query,
}

impl Source {
    fn id(self) -> &'static str {
        match self {
            Self::File => "ann",
            Self::Call => "bob",
            Self::Query => "cleo",
        }
    }
}

/// A value of its own for each field, as a source writes it.
fn sample(place: usize, field: &ProfileField) -> String {
    match field.value {
        ProfileValue::Text(..) | ProfileValue::OptionalText(..) => format!("Text {place}"),
        ProfileValue::Word(_) => format!("WORD{place}"),
        ProfileValue::Number(..) => format!("{}", place + 40),
        ProfileValue::Date(..) | ProfileValue::OptionalDate(..) | ProfileValue::Deletion(_) => {
            format!("2020-01-{:02}T00:00:00Z", place + 1)
        }
    }
}

fn set(user: &mut User, place: usize, field: &ProfileField) {
    let text = sample(place, field);
    match field.value {
        ProfileValue::Text(_, place) | ProfileValue::Word(place) => *(place.get_mut)(user) = text,
        ProfileValue::OptionalText(_, place) => *(place.get_mut)(user) = Some(text),
        ProfileValue::Number(_, place) => *(place.get_mut)(user) = text.parse().expect("a number"),
        ProfileValue::Date(_, place) => *(place.get_mut)(user) = at(&text),
        ProfileValue::OptionalDate(_, place) | ProfileValue::Deletion(place) => {
            *(place.get_mut)(user) = Some(at(&text));
        }
    }
}

async fn give(world: &World, source: Source, cells: &[(&'static str, String)], expected: Outcome) {
    let id = source.id();
    match source {
        Source::File => {
            let folder = tempfile::TempDir::new().expect("a temporary folder");
            let file = folder.path().join("users.csv");
            let (names, values): (Vec<_>, Vec<_>) = cells.iter().map(|(name, value)| (*name, value.as_str())).unzip();
            fs::write(&file, format!("id,{}\n{id},{}\n", names.join(","), values.join(","))).expect("a file");
            let import = Program::engine(&world.test_database.url).args(["import", "--users"]).args([&file]);
            import.run().expect(0);
        }
        Source::Call => {
            let mut item: Map<String, Json> =
                cells.iter().map(|(name, value)| ((*name).to_owned(), as_json(name, value))).collect();
            item.insert("id".into(), id.into());
            let request = IngestRequest { items: vec![Json::Object(item)], evaluate: false };
            let audit = Audit { actor: "a test".into(), action: "upsertUsers".into(), request_id: None, shell: None };
            let outcomes = json::upsert_users(world.database(), &request, moment(now()), &audit).await;
            assert_eq!(outcomes.expect("an upsert").items[0].outcome, expected);
        }
        Source::Query => {
            let kind = if world.database().is_embedded() { Kind::Sqlite } else { Kind::Postgres };
            let host = Host::create(kind).await;
            let columns: Vec<_> = cells.iter().map(|(name, value)| format!("'{value}' AS \"{name}\"")).collect();
            let query = format!("SELECT '{id}' AS \"id\", {}, 1 AS watermark", columns.join(", "));
            let configuration = format!("url_variable = \"HOST\"\n[users]\nquery = \"\"\"\n{query}\n\"\"\"\n");
            let file = host.write("pull.toml", &configuration);
            let pull =
                Program::engine(&world.test_database.url).env("HOST", &host.url).args(["pull", "--config", &file]);
            pull.run().expect(0);
        }
    }
}

fn as_json(name: &str, value: &str) -> Json {
    let field = PROFILE.iter().find(|field| field.name == name).expect("a field");
    match field.value {
        ProfileValue::Number(..) => value.parse::<i64>().expect("a number").into(),
        _ => value.into(),
    }
}

async fn stored(world: &World, id: &str) -> UserFacts {
    let no = world.no(id).await;
    let users = &UserSelection::List(vec![no]);
    let scope = Scope { users, as_of: now(), needs: &Needs::everything(Attributes::none()) };
    let read = facts::read_all(world.database().connection(), scope).await.expect("a query");
    read.into_iter().next().expect("a user").expect("a readable user").facts
}

#[test]
fn field_is_given_by_sources_or_derived() {
    let profile: BTreeSet<_> = PROFILE.iter().map(|field| field.name).collect();
    for spec in FIELDS {
        if let Field::Number(_) | Field::Date(_) | Field::Text(_) = spec.field {
            let is_known = profile.contains(spec.name) != DERIVED.contains(&spec.name);
            assert!(is_known, "step 3, profile: {} needs a line in PROFILE, or in DERIVED here", spec.name);
        }
    }
    for field in PROFILE {
        let tested = match field.value {
            ProfileValue::Word(_) | ProfileValue::Deletion(_) => continue,
            ProfileValue::Text(text, _) | ProfileValue::OptionalText(text, _) => Field::Text(text),
            ProfileValue::Number(number, _) => Field::Number(number),
            ProfileValue::Date(date, _) | ProfileValue::OptionalDate(date, _) => Field::Date(date),
        };
        let same = Field::from_name(field.name) == Some(tested);
        assert!(same, "step 4, criteria: {} needs a line in FIELDS, of the same name and variant", field.name);
        let same = tested.spec().nullable() == field.is_nullable();
        assert!(same, "step 4, criteria: {} needs .unset(…) if and only if it is optional in PROFILE", field.name);
    }
}

#[test]
fn field_labels_are_unique() {
    let labels: BTreeSet<_> = FIELDS.iter().map(|spec| spec.label.trim()).filter(|label| !label.is_empty()).collect();
    assert_eq!(labels.len(), FIELDS.len(), "step 4, criteria: two fields have one label: {labels:?}");
}

#[test]
fn field_operators_are_all_in_the_golden_sql() {
    for spec in FIELDS {
        for operator in spec.field.operators() {
            let [field, of_field] =
                [("field", spec.name), ("operator", operator.name())].map(|(key, name)| format!(r#""{key}":"{name}""#));
            let is_both = |line: &str| line.contains(&field) && line.contains(&of_field);
            assert!(
                GOLDEN.iter().all(|golden| golden.lines().any(is_both)),
                "step 7, SQL: {field} with {of_field} is not recorded"
            );
        }
    }
}

#[test]
fn field_is_drawn_by_random_definitions() {
    let segments = vec!["plan:pro".parse().expect("a key")];
    let condition = arbitrary::condition(segments);
    let mut runner = TestRunner::deterministic();
    let mut name = || condition.new_tree(&mut runner).expect("a condition").current().field().spec().name.to_owned();
    let random: BTreeSet<_> = (0..2_000).map(|_| name()).collect();
    let missing: Vec<_> = FIELDS.iter().map(|spec| spec.name).filter(|name| !random.contains(*name)).collect();
    assert!(missing.is_empty(), "step 4, criteria: no random definition has {missing:?}");
}

#[test]
fn field_is_in_an_example_and_in_the_generated_files() {
    let (of_criteria, of_sources) = REFERENCE.split_once("\n## What sources give\n").expect("two tables");
    let mut examples = BTreeSet::new();
    for block in PAGE.split("\n```json\n").skip(1) {
        let block = block.split("\n```").next().expect("a block");
        collect_fields(&serde_json::from_str(block).expect("JSON"), &mut examples);
    }
    for spec in FIELDS {
        assert!(examples.contains(spec.name), "step 6, page: {} has no example in docs/criteria.md", spec.name);
        assert!(
            of_criteria.contains(&format!("| `{}` |", spec.name)),
            "step 7, codegen: {} is not in the reference",
            spec.name
        );
        let in_client = CLIENT.contains(&format!("| \"{}\"", spec.name));
        assert!(in_client, "step 7, codegen: the console's client does not have {}", spec.name);
    }
    let document: Json = serde_json::from_str(OPENRPC).expect("JSON");
    let given = &document["components"]["schemas"]["UserItem"]["properties"];
    for field in PROFILE {
        let in_reference = of_sources.contains(&format!("| `{}` |", field.name));
        assert!(in_reference, "step 7, codegen: sources in docs/reference/fields.md do not have {}", field.name);
        assert!(given[field.name].is_object(), "step 7, codegen: docs/openrpc.json does not have {}", field.name);
        let in_client = CLIENT.contains(&format!("  {}?: ", field.name));
        assert!(in_client, "step 7, codegen: the console's client does not have {}", field.name);
    }
}

fn collect_fields(item: &Json, into: &mut BTreeSet<String>) {
    into.extend(item["field"].as_str().map(str::to_owned));
    for item in item["criteria"].as_array().into_iter().flatten() {
        collect_fields(item, into);
    }
}
