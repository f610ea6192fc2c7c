//! `adminAudience.revokeToken`.

use domain::instant::format_instant;
use integration_tests::{Api, now, on_both_databases};
use serde_json::json;

const METHOD: &str = "adminAudience.revokeToken";

on_both_databases! {
    async fn revoked_token_is_refused_from_the_next_call_on(world: World) {
        let api = Api::new(&world).await.as_superadmin().await;
        let made = api.call("adminAudience.createToken", json!({"name": "a", "role": "ADMIN"})).await.expect("a token");
        let secret = made["secret"].as_str().expect("a secret").to_owned();
        let id = json!({"tokenId": made["id"]});
        assert_eq!(api.call(METHOD, id.clone()).await, Ok(json!({"success": true})));
        let refused = api.bearing(&secret).call("adminAudience.getAudienceSize", json!({})).await.expect_err("it is refused");
        assert_eq!(refused.code, -32040);
        let listed = api.call("adminAudience.getTokens", json!({})).await.expect("a list");
        let revoked = listed["tokens"].as_array().expect("a list").iter().find(|token| token["id"] == made["id"]).expect("it is listed");
        assert_eq!(revoked["revokedAt"], json!(format_instant(now())));
        assert_eq!(api.call(METHOD, id).await.expect_err("it was revoked").code, -32044);
        let log = api.call("adminAudience.getAuditLog", json!({"action": "revokeToken"})).await.expect("a log");
        assert_eq!(log["entries"].as_array().map(Vec::len), Some(1));
        assert_eq!(log["entries"][0]["detail"], json!({"name": "a"}), "which one it was is known by its name");
    }
}
