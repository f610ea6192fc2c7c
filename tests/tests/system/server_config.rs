//! The server refuses a configuration that is there but wrong, names all faults, and repeats no secret.

use std::path::{Path, PathBuf};

use integration_tests::{Ended, Program, on_both_databases};
use serde_json::json;

const GOOD: &str = "9f1c7a53be0d4826a1f7c3e95b60d2487cde13fa08b6495372e1ad9c40f58b6e";
/// A key of RFC 7517, A.1.
const EC_X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
const EC_Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

fn key(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("keys").join(name)
}

/// Ends at once, since the server does not start.
fn refused(url: &str, variables: &[(&str, &str)]) -> Ended {
    let program = Program::server(url).env("CRON_SECRET", GOOD).args(["serve", "--listen", "127.0.0.1:0"]);
    let program = variables.iter().fold(program, |program, (name, value)| program.env(name, value));
    let ended = program.run().expect(2);
    assert!(ended.output.is_empty(), "{}", ended.output);
    ended
}

fn refused_key(url: &str, algorithm: &str, file: &Path) -> String {
    let file = file.to_str().expect("a path in UTF-8");
    let jwt = [("JWT_ALGORITHM", algorithm), ("JWT_KEY_FILE", file), ("JWT_ISSUER", "host"), ("JWT_AUDIENCE", "us")];
    refused(url, &jwt).errors
}

on_both_databases! {
    async fn configuration_with_a_weak_cron_secret_is_refused(world: World) {
        for weak in [
            "abcdefghijklmnopqrstuvwxyz0123456789",
            "qwertyuiopasdfghjklzxcvbnm123456",
            "The quick brown fox jumps over the lazy dog",
            "changeme-changeme-changeme-changeme",
        ] {
            let errors = refused(&world.test_database.url, &[("CRON_SECRET", weak)]).errors;
            assert!(errors.starts_with("error: the cron secret is weak: it needs at least 32 random"), "{errors}");
            assert!(!errors.contains(weak), "{errors}");
        }
    }

    async fn configuration_with_a_wrong_jwt_key_is_refused(world: World) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("it is written");
            path
        };
        let private = std::fs::read_to_string(key("host.rsa.pem")).expect("a key");
        let public = std::fs::read_to_string(key("host.rsa.pub.pem")).expect("a key");
        let ec = json!({"kty": "EC", "crv": "P-256", "x": EC_X, "y": EC_Y});
        let private_ec = json!({"kty": "EC", "crv": "P-256", "x": EC_X, "y": EC_Y, "d": EC_X});
        let short = json!({"kty": "RSA", "n": "2Gq5Eo31q3aCF6NY2gykIK0", "e": "AQAB"});
        for (algorithm, path, reason) in [
            ("HS256", file("sentence", "this is a very secret sentence for our service"), "the JWT secret is weak"),
            ("HS256", file("as secret", &public), "the JWT key is a PEM or JSON document: HS256 needs a random secret"),
            ("HS256", file("set as secret", &json!({"keys": [ec]}).to_string()), "the JWT key is a PEM or JSON document"),
            ("RS256", key("short.rsa.pub.pem"), "the JWT key is an RSA key of 1024 bits: it needs at least 2048"),
            ("RS256", file("short set", &json!({"keys": [short]}).to_string()), "the JWT key is an RSA key of 1"),
            ("RS256", key("host.rsa.pem"), "the JWT key is a private key"),
            ("RS256", file("both", &format!("{public}{private}")), "the JWT key is a private key"),
            ("RS256", key("host.ed25519.pub.pem"), "the JWT key is neither a PEM public key of that algorithm nor"),
            ("RS256", file("ec", &json!({"keys": [ec]}).to_string()), "the JWKS document has no key for RS256"),
            ("EdDSA", file("ec", &json!({"keys": [ec]}).to_string()), "the JWKS document has no key for EdDSA"),
            ("EdDSA", file("private set", &json!({"keys": [private_ec]}).to_string()), "the JWT key is a private key"),
            ("EdDSA", key("host.ed25519.pem"), "the JWT key is a private key"),
            ("RS256", file("empty", ""), "the JWT key is neither"),
        ] {
            let errors = refused_key(&world.test_database.url, algorithm, &path);
            assert!(errors.starts_with(&format!("error: {reason}")), "{algorithm} {}: {errors}", path.display());
            assert!(errors.lines().count() == 1 && !errors.contains("BEGIN"), "{errors}");
        }
        let errors = refused_key(&world.test_database.url, "RS256", Path::new("/nowhere/key"));
        assert_eq!(errors, "error: /nowhere/key cannot be read: there is no such file or folder\n");
    }

    async fn configuration_faults_are_named_all_at_once(world: World) {
        let file = key("short.rsa.pub.pem");
        let errors = refused(&world.test_database.url, &[
            ("CRON_SECRET", "hunter2"), ("JWT_ALGORITHM", "RS256"), ("JWT_KEY_FILE", file.to_str().expect("UTF-8")),
            ("JWT_ISSUER", " "), ("JWT_AUDIENCE", ""),
        ]).errors;
        let expected = [
            "error: the cron secret is weak: ", "error: the JWT key is an RSA key of 1024 bits", "error: the JWT issuer is empty: ",
            "error: the JWT audience is empty: ",
        ];
        assert_eq!(errors.lines().count(), expected.len(), "{errors}");
        for (line, start) in errors.lines().zip(expected) {
            assert!(line.starts_with(start) && !line.contains("hunter2"), "{line}");
        }
    }
}

/// A refusal comes before the database is opened, so it creates none.
#[test]
fn configuration_that_is_refused_creates_no_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audience.db");
    refused(&format!("sqlite://{}", file.display()), &[("CRON_SECRET", "hunter2")]);
    assert!(!file.exists());
}
