//! `adminAudience.getServerInfo`.

use integration_tests::{Api, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn get_server_info_names_the_database(world: World) {
        let api = Api::new(&world).await;
        let answer = api.call("adminAudience.getServerInfo", json!({})).await.expect("an answer");
        let database = if world.database().is_embedded() { "sqlite" } else { "postgres" };
        let shards = world.database().shards().count();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(answer, json!({"version": version, "database": database, "shards": shards, "zone": "UTC"}));
    }
}
