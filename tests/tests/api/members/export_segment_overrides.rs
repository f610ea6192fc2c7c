//! `adminAudience.exportSegmentOverrides`.

use integration_tests::{Api, now, on_both_databases, user};
use serde_json::json;

const METHOD: &str = "adminAudience.exportSegmentOverrides";

on_both_databases! {
    async fn export_segment_overrides_is_csv_on_record(world: World) {
        let mut ann = user("ann");
        ann.first_name = Some("=Ann".into());
        world.users(&[ann, user("bob"), user("cid")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let of = |id: &str, more: serde_json::Value| {
            let mut params = json!({"segmentType": "plan", "segmentValue": "free", "userId": id});
            params.as_object_mut().expect("params").extend(more.as_object().expect("params").clone());
            params
        };
        let because = json!({"reason": "Asked, \"politely\""});
        api.call("adminAudience.removeUserFromSegment", of("ann", because)).await.expect("she is excluded");
        api.call("adminAudience.addUserToSegment", of("bob", json!({}))).await.expect("he is added");
        let asked = |decision: &str| json!({"segmentType": "plan", "segmentValue": "free", "decision": decision});
        let export = api.call(METHOD, asked("exclude")).await.expect("a file");
        let csv = export["csv"].as_str().expect("a text");
        let lines: Vec<_> = csv.split("\r\n").collect();
        assert_eq!(lines[0], "User ID,Email,First Name,Last Name,Decision,Reason,Decided By,Decided At,Expires At");
        let begins = "ann,ann@example.org,'=Ann,,exclude,\"Asked, \"\"politely\"\"\",";
        assert!(lines[1].starts_with(begins) && lines[1].ends_with("Z,"), "{}", lines[1]);
        assert_eq!((lines.len(), lines[2]), (3, ""));
        let counts = ["rowCount", "totalCount", "truncated"].map(|name| export[name].clone());
        assert_eq!(counts, [json!(1), json!(1), json!(false)]);
        assert_eq!(export["filename"], "free-users-excluded-2026-03-10.csv");
        let log = api.call("adminAudience.getAuditLog", json!({})).await.expect("a log");
        let entry = &log["entries"][0];
        assert_eq!((&entry["action"], &entry["target"]), (&json!("exportSegmentOverrides"), &json!("segment plan:free")));
        assert_eq!(entry["detail"], json!({"decision": "exclude", "rowCount": 1}));
        let added = api.call(METHOD, asked("include")).await.expect("a file");
        assert!(added["csv"].as_str().expect("a text").contains("\r\nbob,"), "{added}");
        let mut searched = asked("include");
        searched["searchQuery"] = json!("nobody");
        assert_eq!(api.call(METHOD, searched).await.expect("a file")["totalCount"], 0);
    }
}
