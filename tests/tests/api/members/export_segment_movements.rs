//! `adminAudience.exportSegmentMovements`.

use domain::instant::format_instant;
use integration_tests::{Api, ago, now, on_both_databases, user};
use serde_json::json;

use super::get_segment_movements::{change, free};

const METHOD: &str = "adminAudience.exportSegmentMovements";

on_both_databases! {
    async fn export_segment_movements_is_csv_on_record(world: World) {
        let mut ann = user("ann");
        ann.first_name = Some("=Ann".into());
        world.users(&[ann]).await;
        world.run(ago(9)).await;
        change(&world, "PRO", &["ann"], ago(3)).await;
        let api = Api::new(&world).await;
        let mut params = free(ago(20), now());
        let export = api.call(METHOD, params.clone()).await.expect("a file");
        let csv = export["csv"].as_str().expect("a text");
        let lines: Vec<_> = csv.split("\r\n").collect();
        assert_eq!(lines[0], "User ID,Email,First Name,Last Name,Movement,At,Cause,Run ID,Actor");
        assert_eq!(lines[1], format!("ann,ann@example.org,,,left,{},run,2,", format_instant(ago(3))));
        assert_eq!((lines.len(), lines[3]), (4, ""));
        assert_eq!((&export["rowCount"], &export["truncated"]), (&json!(2), &json!(false)));
        assert_eq!(export["filename"], "free-users-movements-2026-03-10.csv");
        params["movement"] = json!("entered");
        let joined = api.call(METHOD, params).await.expect("a file");
        assert_eq!((&joined["rowCount"], &joined["filename"]), (&json!(1), &json!("free-users-joined-2026-03-10.csv")));
        let log = api.call("adminAudience.getAuditLog", json!({})).await.expect("a log");
        let entry = &log["entries"][0];
        assert_eq!((&entry["action"], &entry["target"]), (&json!("exportSegmentMovements"), &json!("segment plan:free")));
        assert_eq!((&entry["detail"]["rowCount"], &entry["detail"]["from"]), (&json!(1), &json!(format_instant(ago(20)))));
    }
}
