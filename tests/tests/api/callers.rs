//! All kinds of callers: valid and forged API tokens and JWTs, each with the expected answer.

use chrono::TimeDelta;
use integration_tests::{Api, World, now, options};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use rpc_server::auth::{
    Authenticator, Role,
    jwt::{JwtAlgorithm, JwtVerifier},
};
use serde_json::{Value as Json, json};

/// The HS256 secret shared with the host application.
const SECRET: &[u8] = b"9f1c7a53be0d4826a1f7c3e95b60d2487cde13fa08b64953";
const HOST_RSA: &[u8] = include_bytes!("../../keys/host.rsa.pem");
const HOST_RSA_PUBLIC: &[u8] = include_bytes!("../../keys/host.rsa.pub.pem");
const HOST_ED: &[u8] = include_bytes!("../../keys/host.ed25519.pem");
const HOST_ED_PUBLIC: &[u8] = include_bytes!("../../keys/host.ed25519.pub.pem");
const NEXT_RSA: &[u8] = include_bytes!("../../keys/next.rsa.pem");
const STRANGER_RSA: &[u8] = include_bytes!("../../keys/stranger.rsa.pem");
const STRANGER_ED: &[u8] = include_bytes!("../../keys/stranger.ed25519.pem");

/// The expected answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Known(Role),
    NotAuthenticated,
    NotAllowed,
}
use Verdict::{Known, NotAllowed, NotAuthenticated};

impl Verdict {
    /// The status of a request that is refused before it is read.
    pub(crate) fn refused(self) -> Option<u16> {
        match self {
            Known(_) => None,
            NotAuthenticated => Some(401),
            NotAllowed => Some(403),
        }
    }

    /// The error code of a method with this role; `None` if the call is admitted.
    pub(crate) fn code(self, needed: Role) -> Option<i64> {
        match self {
            Known(role) if role < needed => Some(-32043),
            Known(_) => None,
            NotAuthenticated => Some(-32040),
            NotAllowed => Some(-32043),
        }
    }
}

pub(crate) struct Caller {
    pub(crate) kind: &'static str,
    pub(crate) api: Api,
    pub(crate) verdict: Verdict,
}

pub(crate) async fn callers(world: &World) -> Vec<Caller> {
    let hs = server(world, JwtAlgorithm::Hs256, SECRET).await;
    let mut callers = of_tokens(world, &hs).await;
    callers.extend(of_secrets(&hs));
    callers.extend(of_key_pairs(world).await);
    callers.extend(of_key_sets(world).await);
    callers
}

async fn server(world: &World, algorithm: JwtAlgorithm, key: &[u8]) -> Api {
    let verifier = JwtVerifier::new(algorithm, key.trim_ascii(), "host", "audience").expect("a verifier");
    let mut options = options();
    options.authenticator = Authenticator { jwt: Some(verifier) };
    Api::at(world, now(), options).await
}

fn caller(kind: &'static str, server: &Api, bearer: &str, verdict: Verdict) -> Caller {
    Caller { kind, api: server.bearing(bearer), verdict }
}

async fn of_tokens(world: &World, server: &Api) -> Vec<Caller> {
    let revoked = server.as_superadmin().await;
    world.execute("UPDATE api_token SET revoked_at = created_at WHERE role = 'SUPERADMIN'").await;
    let expired = server.as_superadmin().await;
    let expire = "UPDATE api_token SET expires_at = created_at WHERE role = 'SUPERADMIN' AND revoked_at IS NULL";
    world.execute(expire).await;
    let superadmin = server.as_superadmin().await;
    vec![
        caller("no token", server, "", NotAuthenticated),
        caller("malformed", server, "aud_123", NotAuthenticated),
        caller("revoked", server, revoked.bearer(), NotAuthenticated),
        caller("expired", server, expired.bearer(), NotAuthenticated),
        caller("admin", server, server.bearer(), Known(Role::Admin)),
        caller("superadmin", server, superadmin.bearer(), Known(Role::Superadmin)),
    ]
}

/// The claims of a valid JWT, and the changes that make the others invalid.
fn claims(change: fn(&mut Json)) -> Json {
    let expires = (now() + TimeDelta::hours(1)).timestamp();
    let mut claims = json!({"sub": "boss", "role": "ADMIN", "iss": "host", "aud": "audience", "exp": expires});
    change(&mut claims);
    claims
}

fn good(_: &mut Json) {}

fn superadmin(claims: &mut Json) {
    claims["role"] = json!("SUPERADMIN");
}

/// Clocks may differ by 30 seconds.
fn expired(claims: &mut Json) {
    claims["exp"] = json!(now().timestamp() - 31);
}

fn of_secrets(server: &Api) -> Vec<Caller> {
    let signed = |change: fn(&mut Json), algorithm, secret: &[u8]| {
        encode(&Header::new(algorithm), &claims(change), &EncodingKey::from_secret(secret)).expect("a JWT")
    };
    let hs256 = |change: fn(&mut Json)| signed(change, Algorithm::HS256, SECRET);
    let other = b"another secret of thirty-two bytes!!";
    vec![
        caller("HS256", server, &hs256(good), Known(Role::Admin)),
        caller("HS256 superadmin", server, &hs256(superadmin), Known(Role::Superadmin)),
        caller("HS256 wrong role", server, &hs256(|claims| claims["role"] = json!("USER")), NotAllowed),
        caller("HS256 expired", server, &hs256(expired), NotAuthenticated),
        caller("HS256 early", server, &hs256(|claims| claims["nbf"] = json!(now().timestamp() + 60)), NotAuthenticated),
        caller("HS256 without exp", server, &hs256(|claims| claims["exp"] = Json::Null), NotAuthenticated),
        caller("HS256 wrong audience", server, &hs256(|claims| claims["aud"] = json!("other")), NotAuthenticated),
        caller("HS256 wrong issuer", server, &hs256(|claims| claims["iss"] = json!("other")), NotAuthenticated),
        caller("HS256 wrong key", server, &signed(good, Algorithm::HS256, other), NotAuthenticated),
        caller("HS384", server, &signed(good, Algorithm::HS384, SECRET), NotAuthenticated),
        caller("alg none", server, &unsigned("none"), NotAuthenticated),
        caller("RS256 where a secret is pinned", server, &rsa(HOST_RSA, None, good), NotAuthenticated),
        caller("EdDSA where a secret is pinned", server, &ed(HOST_ED, good), NotAuthenticated),
    ]
}

/// A JWT without a signature.
fn unsigned(algorithm: &str) -> String {
    let signed = encode(&Header::default(), &claims(superadmin), &EncodingKey::from_secret(SECRET)).expect("a JWT");
    let header = match algorithm {
        "none" => "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0",
        "None" => "eyJhbGciOiJOb25lIiwidHlwIjoiSldUIn0",
        other => panic!("no header of {other}"),
    };
    format!("{header}.{}.", signed.split('.').nth(1).expect("claims"))
}

fn rsa(key: &[u8], id: Option<&str>, change: fn(&mut Json)) -> String {
    let header = Header { kid: id.map(str::to_owned), ..Header::new(Algorithm::RS256) };
    encode(&header, &claims(change), &EncodingKey::from_rsa_pem(key).expect("a key")).expect("a JWT")
}

fn ed(key: &[u8], change: fn(&mut Json)) -> String {
    let key = EncodingKey::from_ed_pem(key).expect("a key");
    encode(&Header::new(Algorithm::EdDSA), &claims(change), &key).expect("a JWT")
}

/// Signed with the public key as an HS256 secret: as in its file, and as in the configuration.
fn swapped(public: &[u8]) -> [String; 2] {
    [public, public.trim_ascii()].map(|secret| {
        encode(&Header::new(Algorithm::HS256), &claims(superadmin), &EncodingKey::from_secret(secret)).expect("a JWT")
    })
}

async fn of_key_pairs(world: &World) -> Vec<Caller> {
    let rs = server(world, JwtAlgorithm::Rs256, HOST_RSA_PUBLIC).await;
    let [rs_file, rs_trimmed] = swapped(HOST_RSA_PUBLIC);
    let eddsa = server(world, JwtAlgorithm::EdDsa, HOST_ED_PUBLIC).await;
    let [ed_file, ed_trimmed] = swapped(HOST_ED_PUBLIC);
    vec![
        caller("RS256", &rs, &rsa(HOST_RSA, None, good), Known(Role::Admin)),
        caller("RS256 superadmin", &rs, &rsa(HOST_RSA, None, superadmin), Known(Role::Superadmin)),
        caller("RS256 expired", &rs, &rsa(HOST_RSA, None, expired), NotAuthenticated),
        caller("RS256 wrong key", &rs, &rsa(STRANGER_RSA, None, superadmin), NotAuthenticated),
        caller("HS256 by the public RSA key", &rs, &rs_file, NotAuthenticated),
        caller("HS256 by the public RSA key, trimmed", &rs, &rs_trimmed, NotAuthenticated),
        caller("alg none where RS256 is pinned", &rs, &unsigned("none"), NotAuthenticated),
        caller("alg None where RS256 is pinned", &rs, &unsigned("None"), NotAuthenticated),
        caller("EdDSA where RS256 is pinned", &rs, &ed(HOST_ED, superadmin), NotAuthenticated),
        caller("EdDSA", &eddsa, &ed(HOST_ED, good), Known(Role::Admin)),
        caller("EdDSA superadmin", &eddsa, &ed(HOST_ED, superadmin), Known(Role::Superadmin)),
        caller("EdDSA expired", &eddsa, &ed(HOST_ED, expired), NotAuthenticated),
        caller("EdDSA wrong key", &eddsa, &ed(STRANGER_ED, superadmin), NotAuthenticated),
        caller("HS256 by the public Ed25519 key", &eddsa, &ed_file, NotAuthenticated),
        caller("HS256 by the public Ed25519 key, trimmed", &eddsa, &ed_trimmed, NotAuthenticated),
        caller("RS256 where EdDSA is pinned", &eddsa, &rsa(HOST_RSA, None, superadmin), NotAuthenticated),
    ]
}

/// A key of a JWKS document.
fn jwk(id: &str, key: &EncodingKey, algorithm: Algorithm) -> Jwk {
    let mut jwk = Jwk::from_encoding_key(key, algorithm).expect("a key of a set");
    jwk.common.key_id = Some(id.into());
    jwk
}

/// Two RSA keys, and other keys in the same document that must not be used.
async fn of_key_sets(world: &World) -> Vec<Caller> {
    let rsa_key = |pem| EncodingKey::from_rsa_pem(pem).expect("a key");
    let ed_key = EncodingKey::from_ed_pem(HOST_ED).expect("a key");
    let keys = json!({"keys": [
        jwk("this year", &rsa_key(HOST_RSA), Algorithm::RS256),
        jwk("next year", &rsa_key(NEXT_RSA), Algorithm::RS256),
        jwk("of another kind", &ed_key, Algorithm::EdDSA),
        jwk("a secret", &EncodingKey::from_secret(SECRET), Algorithm::HS256),
    ]});
    let set = server(world, JwtAlgorithm::Rs256, keys.to_string().as_bytes()).await;
    let secret = EncodingKey::from_secret(SECRET);
    let by_secret = Header { kid: Some("a secret".into()), ..Header::new(Algorithm::HS256) };
    let by_secret = encode(&by_secret, &claims(superadmin), &secret).expect("a JWT");
    vec![
        caller("JWKS first", &set, &rsa(HOST_RSA, Some("this year"), good), Known(Role::Admin)),
        caller("JWKS second", &set, &rsa(NEXT_RSA, Some("next year"), superadmin), Known(Role::Superadmin)),
        caller("JWKS without kid", &set, &rsa(NEXT_RSA, None, good), Known(Role::Admin)),
        caller("JWKS kid of the other", &set, &rsa(HOST_RSA, Some("next year"), good), NotAuthenticated),
        caller("JWKS unknown kid", &set, &rsa(HOST_RSA, Some("last year"), good), NotAuthenticated),
        caller("JWKS stranger", &set, &rsa(STRANGER_RSA, Some("this year"), superadmin), NotAuthenticated),
        caller("JWKS stranger without kid", &set, &rsa(STRANGER_RSA, None, superadmin), NotAuthenticated),
        caller("JWKS expired", &set, &rsa(NEXT_RSA, Some("next year"), expired), NotAuthenticated),
        caller("JWKS key of another kind", &set, &ed(HOST_ED, superadmin), NotAuthenticated),
        caller("JWKS secret in the set", &set, &by_secret, NotAuthenticated),
    ]
}

#[test]
fn jwt_weak_secrets_and_bad_keys_are_refused() {
    for (algorithm, key) in [
        (JwtAlgorithm::Hs256, b"short".as_slice()),
        (JwtAlgorithm::Rs256, b"no key"),
        (JwtAlgorithm::Rs256, HOST_ED_PUBLIC),
        (JwtAlgorithm::EdDsa, HOST_RSA_PUBLIC),
        (JwtAlgorithm::EdDsa, b"{\"keys\": []}"),
    ] {
        assert!(JwtVerifier::new(algorithm, key.trim_ascii(), "host", "audience").is_err(), "{algorithm:?}");
    }
}
