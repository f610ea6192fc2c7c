//! `adminAudience.getTokens`.

use integration_tests::{Api, on_both_databases};
use serde_json::json;

const METHOD: &str = "adminAudience.getTokens";

on_both_databases! {
    async fn tokens_are_listed_without_secrets(world: World) {
        let admin = Api::new(&world).await;
        let api = admin.as_superadmin().await;
        let listed = api.call(METHOD, json!({})).await.expect("a list");
        let tokens = listed["tokens"].as_array().expect("a list");
        assert_eq!(tokens.len(), 2);
        assert!(!listed.to_string().contains(api.bearer()));
        assert!(tokens.iter().all(|token| token["revokedAt"].is_null() && api.bearer().len() > 2 * token["prefix"].as_str().expect("a text").len()));
        assert_eq!(admin.call(METHOD, json!({})).await.expect_err("not allowed").code, -32043);
    }
}
