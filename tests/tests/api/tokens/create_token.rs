//! `adminAudience.createToken`.

use chrono::TimeDelta;
use domain::instant::format_instant;
use integration_tests::{Api, now, on_both_databases};
use serde_json::json;

const METHOD: &str = "adminAudience.createToken";

on_both_databases! {
    async fn create_token_shows_the_secret_once(world: World) {
        let api = Api::new(&world).await.as_superadmin().await;
        let made = api.call(METHOD, json!({"name": " reporting ", "role": "ADMIN", "days": 30})).await.expect("a token");
        let secret = made["secret"].as_str().expect("a secret").to_owned();
        assert!(rpc_server::auth::token::is_well_formed(&secret) && secret.starts_with(made["prefix"].as_str().expect("a text")));
        let until = format_instant(now() + TimeDelta::days(30));
        assert_eq!((&made["name"], &made["role"], &made["expiresAt"]), (&json!("reporting"), &json!("ADMIN"), &json!(until)));
        // Its bearer may call.
        api.bearing(&secret).call("adminAudience.getAudienceSize", json!({})).await.expect("an answer");
        let listed = api.call("adminAudience.getTokens", json!({})).await.expect("a list");
        assert!(!listed.to_string().contains(&secret));
        for rows in world.dump().await.into_values() {
            assert!(!rows.iter().any(|row| row.contains(&secret)), "only its hash is stored");
        }
        let log = api.call("adminAudience.getAuditLog", json!({"action": "createToken"})).await.expect("a log");
        assert_eq!(log["entries"][0]["target"], json!(format!("token {}", made["id"].as_str().expect("an id"))));
        assert_eq!(log["entries"][0]["detail"], json!({"name": made["name"], "role": made["role"]}));
    }

    async fn create_token_needs_a_name_and_a_role(world: World) {
        let api = Api::new(&world).await.as_superadmin().await;
        for (params, fault) in [
            (json!({"name": "a\nb", "role": "ADMIN"}), "name: expected 1 to 100 characters on one line"),
            (json!({"name": "  ", "role": "ADMIN"}), "name: expected 1 to 100 characters on one line"),
        ] {
            assert_eq!(api.call(METHOD, params).await.expect_err("a fault").faults(), [fault]);
        }
        for params in [json!({"name": "a"}), json!({"name": "a", "role": "ROOT"}), json!({"name": "a", "role": "ADMIN", "days": 0})] {
            assert_eq!(api.call(METHOD, params).await.expect_err("a fault").code, -32602);
        }
        let admin = Api::new(&world).await;
        assert_eq!(admin.call(METHOD, json!({"name": "a", "role": "SUPERADMIN"})).await.expect_err("not allowed").code, -32043);
    }
}
