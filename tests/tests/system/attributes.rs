//! Attributes: how sources give their values, and what runs, erasures and files of declarations do with them.

use chrono::TimeDelta;
use domain::attribute::AttributeType::{self, Boolean, Date, Decimal, List, Number, Text};
use domain::run::RunMode;
use integration_tests::{Api, Ended, Host, Kind, Program, World, now, on_both_databases, user};
use segmentation_engine::run::RunOptions;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

const TYPES: [(&str, AttributeType); 6] =
    [("country", Text), ("seats", Number), ("price", Decimal), ("vip", Boolean), ("trial_ends", Date), ("tags", List)];

/// Of every user, by id, in the order of keys.
async fn stored(world: &World) -> Vec<(String, Json)> {
    let sql = "SELECT users.id, CAST(written AS text) FROM users JOIN user_attributes ON user_no = no ORDER BY id";
    let rows = world.query::<(String, String)>(sql).await.into_iter();
    rows.map(|(id, written)| (id, serde_json::from_str(&written).expect("JSON"))).collect()
}

async fn dates(world: &World) -> Vec<(String, String, String)> {
    let sql =
        "SELECT users.id, attribute, at FROM users JOIN user_attribute_date ON user_no = no ORDER BY id, attribute";
    world.query(sql).await
}

async fn marked(world: &World) -> Vec<String> {
    let sql = "SELECT id FROM users JOIN user_dirty ON user_no = no ORDER BY id";
    world.query::<(String,)>(sql).await.into_iter().map(|(id,)| id).collect()
}

fn import(world: &World, content: &str) -> Ended {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("users.csv");
    std::fs::write(&file, content).expect("a file");
    let arguments = ["import".into(), "--json".into(), "--users".into(), file];
    Program::engine(&world.test_database.url).args::<std::path::PathBuf>(arguments).run()
}

const ANN: &str = "ann,ann@example.org,2025-01-01T00:00:00Z";
const HEADER: &str = "id,email,createdAt,attr.country,attr.seats,attr.price,attr.vip,attr.trial_ends,attr.tags";

on_both_databases! {
    async fn attributes_of_a_file_are_stored_and_a_faulty_cell_is_left_out(world: World) {
        world.declare_types(&TYPES).await;
        let lines = format!(
            "{HEADER},attr.unknown\n{ANN},DE,7,12.50,yes,2026-01-31,\"vip; beta\",x\n\
             bob,bob@example.org,2025-01-01T00:00:00Z,AT,many,0.1234567,true,soon,,y\n"
        );
        let ended = import(&world, &lines).expect(3);
        let counts = json!({"rows": 2, "created": 2, "updated": 0, "unchanged": 0, "faults": 0, "partial": 1});
        assert_eq!(ended.json()["users"], counts);
        assert_eq!(ended.errors.matches("attr.unknown").count(), 1, "{}", ended.errors);
        for fault in ["attr.seats must be an integer", "attr.price must be a decimal number", "attr.trial_ends must be a time"] {
            assert!(ended.errors.contains(fault), "{}", ended.errors);
        }
        assert!(!ended.errors.contains("many") && !ended.errors.contains("soon"), "{}", ended.errors);
        let ann = json!({
            "country": "DE", "seats": 7, "price": "12.5", "vip": true, "trial_ends": "2026-01-31", "tags": ["vip", "beta"]
        });
        assert_eq!(stored(&world).await, [("ann".into(), ann.clone()), ("bob".into(), json!({"country": "AT", "vip": true}))]);
        assert_eq!(dates(&world).await, [("ann".into(), "trial_ends".into(), "2026-01-31".into())]);
        world.run(now()).await;

        // The same again changes nothing, and a column that is absent neither.
        let again = import(&world, &format!("{HEADER}\n{ANN},DE,7,12.5,TRUE,2026-01-31,vip;beta\n")).expect(0);
        assert_eq!((&again.json()["users"]["unchanged"], marked(&world).await), (&json!(1), Vec::new()));
        import(&world, &format!("id,email,createdAt\n{ANN}\n")).expect(0);
        assert_eq!(stored(&world).await[0].1, ann);

        // An empty cell unsets.
        let unset = import(&world, "id,attr.trial_ends,attr.tags\nann,,\n").expect(0);
        assert_eq!((&unset.json()["users"]["updated"], marked(&world).await), (&json!(1), vec!["ann".to_owned()]));
        assert_eq!(stored(&world).await[0].1, json!({"country": "DE", "seats": 7, "price": "12.5", "vip": true}));
        assert_eq!(dates(&world).await, []);
        world.verify().await;
    }

    async fn attributes_of_a_call_are_stored_and_null_unsets(world: World) {
        world.declare_types(&TYPES).await;
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let upsert = async |attributes: Json| {
            let params = json!({"users": [{"id": "ann", "attributes": attributes}]});
            api.call("adminAudience.upsertUsers", params).await.expect("an answer")
        };
        let written = upsert(json!({"country": "DE", "price": 12.5, "tags": ["a", "A"], "trial_ends": "2026-03-10T13:00:00+01:00"})).await;
        assert_eq!(written, json!({"results": [{"id": "ann", "status": "updated"}]}));
        let ann = json!({"country": "DE", "price": "12.5", "tags": ["a"], "trial_ends": "2026-03-10T12:00:00Z"});
        assert_eq!(stored(&world).await, [("ann".into(), ann)]);
        assert_eq!(marked(&world).await, ["ann"]);
        let again = upsert(json!({"country": "DE"})).await;
        assert_eq!(again["results"][0]["status"], "unchanged");
        let partial = upsert(json!({"country": null, "seats": "7", "vip": true, "size": "L", "nothing": 1})).await;
        assert_eq!(partial["ignoredAttributes"], json!(["nothing", "size"]));
        assert_eq!(partial["results"][0]["status"], "updated");
        let fault = json!([{"path": "attributes.seats", "message": "must be an integer in the signed 64-bit range"}]);
        assert_eq!(partial["results"][0]["faults"], fault);
        assert_eq!(stored(&world).await[0].1.get("country"), None);
        assert_eq!(stored(&world).await[0].1["vip"], true);
        let wrong = api.call("adminAudience.upsertUsers", json!({"users": [{"id": "bob", "attributes": [1]}]})).await;
        assert_eq!(wrong.expect("an answer")["results"][0]["faults"][0]["path"], "attributes");
    }

    async fn attributes_of_a_query_are_read_once_they_are_declared(world: World) {
        let kind = if world.database().is_embedded() { Kind::Sqlite } else { Kind::Postgres };
        let host = Host::create(kind).await;
        host.user("ann", "PRO", now()).await;
        let tags = if kind == Kind::Sqlite { "'[\"vip\", \"two words\"]'" } else { "ARRAY['vip', 'two words']" };
        let query = format!(
            "SELECT \"id\", \"email\", \"createdAt\", 'DE' AS attr_country, 12.5 AS attr_price, {tags} AS attr_tags, \
             'x' AS attr_seats, 1 AS watermark FROM \"User\""
        );
        let configuration = format!("url_variable = \"HOST\"\n[users]\noverlap = 1\nquery = '''\n{query}\n'''\n");
        let file = host.write("pull.toml", &configuration);
        let pull = || {
            let program = Program::engine(&world.test_database.url).env("HOST", &host.url);
            program.args(["pull", "--json", "--config", &file]).run()
        };
        let first = pull().expect(0);
        let ignored = "users: ignored unknown columns attr_country, attr_price, attr_tags, attr_seats";
        assert!(first.errors.contains(ignored), "{}", first.errors);
        world.declare_types(&TYPES).await;
        let second = pull().expect(3);
        assert_eq!(second.json()["users"]["partial"], 1);
        assert!(second.errors.contains("users: id ann: attr_seats must be an integer"), "{}", second.errors);
        let ann = json!({"country": "DE", "price": "12.5", "tags": ["vip", "two words"]});
        assert_eq!(stored(&world).await, [("ann".into(), ann)]);
    }

    async fn attributes_of_an_erased_user_are_gone(world: World) {
        world.declare_types(&TYPES).await;
        world.users(&[user("ann"), user("bob")]).await;
        world.values("ann", json!({"country": "DE", "trial_ends": "2026-01-31"})).await;
        world.values("bob", json!({"country": "AT"})).await;
        world.erase("ann").await;
        assert_eq!(stored(&world).await, [("bob".into(), json!({"country": "AT"}))]);
        assert_eq!(dates(&world).await, []);
        world.verify().await;
    }

    async fn attributes_that_are_days_end_with_time_alone(world: World) {
        world.declare_types(&TYPES).await;
        world.users(&[user("ann"), user("bob"), user("cleo")]).await;
        world.values("ann", json!({"trial_ends": "2026-03-10"})).await;
        world.values("bob", json!({"trial_ends": "2026-03-10T18:00:00Z"})).await;
        let condition = json!({"field": "attr.trial_ends", "operator": "within_last", "value": "1d"});
        world.custom_segment("ended", "Ended", json!({"combineWith": "AND", "criteria": [condition]})).await;
        world.run(now()).await;
        assert_eq!(world.members("custom:ended").await, ["ann", "bob"]);
        let run = async |hours| {
            let options = RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now() + TimeDelta::hours(hours)) };
            (world.run_with(&options).await.users_processed, world.members("custom:ended").await)
        };
        let (processed, members) = run(13).await;
        assert_eq!(members, ["bob"]);
        assert!(processed <= 1, "{processed}");
        let (processed, members) = run(31).await;
        assert_eq!(members, [""; 0]);
        // A day is found as if it could begin in any zone.
        assert!(processed <= 2, "{processed}");
    }

    async fn attributes_apply_prints_a_diff_and_makes_the_file_true(world: World) {
        world.declare_types(&[("old", Text), ("seats", Number)]).await;
        let folder = TempDir::new().expect("a temporary folder");
        let apply = |text: &str, more: &[&str]| {
            let file = folder.path().join("attributes.toml");
            std::fs::write(&file, text).expect("a file");
            let program = Program::engine(&world.test_database.url).args(["attributes", "apply"]);
            program.args([file]).args(more).run()
        };
        let file = "[[attributes]]\nkey = \"seats\"\nlabel = \"Seats\"\ntype = \"number\"\n\
                    [[attributes]]\nkey = \"country\"\nlabel = \"Country\"\ntype = \"text\"\noptions = [\"DE\"]\n";
        let diff = "+ country (text): Country\n~ seats: label seats -> Seats\n- old (text): old\n";
        let dry = apply(file, &["--dry-run"]).expect(0);
        assert_eq!(dry.output, format!("dry run: nothing was changed\n{diff}"));
        let done = apply(file, &[]).expect(0);
        assert_eq!((done.errors.as_str(), done.output.as_str()), (diff, "1 attribute declared, 1 changed, 1 archived\n"));
        let again = apply(file, &[]).expect(0);
        assert_eq!((again.errors.as_str(), again.output.as_str()), ("", "0 attributes declared, 0 changed, 0 archived\n"));
        let condition = json!({"field": "attr.country", "operator": "is_set"});
        world.custom_segment("there", "There", json!({"combineWith": "AND", "criteria": [condition]})).await;
        let uses = "error: the segment \"There\" (custom:there) uses attr.country, or options of it that would be left out\n";
        for more in [&[][..], &["--dry-run"]] {
            let used = apply("attributes = []\n", more).expect(1);
            assert!(used.errors.ends_with(uses), "{}", used.errors);
        }
        let wrong = apply("[[attributes]]\nkey = \"A\"\ntype = \"text\"\n", &[]).expect(2);
        for fault in ["attributes[0].key: expected", "attributes[0].label: expected"] {
            assert!(wrong.errors.contains(fault), "{}", wrong.errors);
        }
        for more in [&[][..], &["--dry-run"]] {
            let retyped = apply(&file.replace("\"number\"", "\"text\""), more).expect(1);
            assert!(retyped.errors.contains("seats.type: expected number"), "{}", retyped.errors);
        }
    }

    async fn attributes_are_columns_of_an_export(world: World) {
        world.declare_types(&TYPES).await;
        world.users(&[user("ann"), user("bob")]).await;
        world.values("ann", json!({"country": "=DE", "tags": ["a", "b"], "vip": false})).await;
        world.run(now()).await;
        let program = Program::engine(&world.test_database.url).args(["export", "plan:free", "--attributes", "tags,country,vip"]);
        let export = program.run().expect(0).output;
        assert!(export.starts_with("User ID,Email,") && export.contains(",attr.tags,attr.country,attr.vip\r\n"), "{export}");
        assert!(export.contains(",a;b,'=DE,false\r\n") && export.contains(",,,\r\n"), "{export}");
        let unknown = Program::engine(&world.test_database.url).args(["export", "plan:free", "--attributes", "size"]);
        assert!(unknown.run().expect(2).errors.contains("there is no attribute size"));
        let api = Api::new(&world).await;
        let params = json!({"segmentType": "plan", "segmentValue": "free", "attributes": ["country"]});
        let extract = api.call("adminAudience.exportSegmentUsers", params.clone()).await.expect("an export");
        assert!(extract["csv"].as_str().expect("CSV").contains(",attr.country\r\n"));
        let listed = api.call("adminAudience.getSegmentUsers", params).await.expect("a list");
        let values = |id: &str| {
            let users = listed["users"].as_array().expect("a list");
            users.iter().find(|user| user["id"] == id).expect("the user")["attributes"].clone()
        };
        assert_eq!((values("ann"), values("bob")), (json!({"country": "=DE"}), json!({})));
        let params = json!({"segmentType": "plan", "segmentValue": "free", "attributes": ["country", "size"]});
        let refused = api.call("adminAudience.getSegmentUsers", params).await.expect_err("a fault");
        let fault = json!([{"path": "attributes[1]", "message": "expected the key of a declared attribute"}]);
        assert_eq!(refused.data["faults"], fault);
    }
}
