//! Definitions that are meant to break something, as requests, and what is answered to them.

use serde_json::json;

/// A hostile request, what it is, and what is expected of the answer.
#[derive(Debug)]
pub struct Hostile {
    /// For people.
    pub name: &'static str,
    /// The body.
    pub body: String,
    /// The status of HTTP, and the code of the error.
    pub refusal: (u16, i64),
    /// How the last fault begins, if there are faults.
    pub fault: Option<&'static str>,
}

/// A call of a method with a list of criteria as it is. The server's usual limits are expected.
pub fn hostile_calls(method: &str) -> [Hostile; 8] {
    let others = match method {
        "adminAudience.createCustomSegment" => r#","name":"Hostile""#,
        "adminAudience.explainUser" => r#","userId":"ann""#,
        _ => "",
    };
    let call = |criteria: String| {
        let head = json!({"jsonrpc": "2.0", "id": 1, "method": method}).to_string();
        let params = format!(r#"{{"combineWith":"AND"{others},"criteria":{criteria}}}"#);
        format!(r#"{},"params":{params}}}"#, head.trim_end_matches('}'))
    };
    let set = r#"[{"combineWith":"AND","criteria":"#;
    let condition = r#"{"field":"level","operator":">","value":1}"#;
    let deep = |depth: usize, innermost: &str| format!("{}{innermost}{}", set.repeat(depth), "}]".repeat(depth));
    let too_long = Some("criteria: expected at most 65536 bytes of JSON, found");
    let too_many = Some(": expected at most 100 conditions, found 30000 conditions");
    let too_deep = Some(
        "criteria[0].criteria[0].criteria[0].criteria[0].criteria[0].criteria[0].criteria[0].criteria[0]: \
         expected sets nested at most 8 deep",
    );
    [
        ("depth 10,000", call(deep(10_000, &format!("[{condition}]"))), (200, -32602), too_long),
        ("depth 1,500", call(deep(1_500, &format!("[{condition}]"))), (200, -32602), too_deep),
        ("depth 10,000, never closed", call(set.repeat(10_000)), (200, -32700), None),
        ("30,000 empty nodes", call(format!("[{}{{}}]", "{},".repeat(29_999))), (200, -32602), too_many),
        ("100,000 empty nodes", call(format!("[{}{{}}]", "{},".repeat(99_999))), (200, -32602), too_long),
        (
            "20,000 conditions",
            call(format!("[{}{condition}]", format!("{condition},").repeat(19_999))),
            (200, -32602),
            too_long,
        ),
        (
            "100,000 conditions",
            call(format!("[{}{condition}]", format!("{condition},").repeat(99_999))),
            (413, -32007),
            None,
        ),
        ("a text of 10 MB", call(format!("[{:?}]", "a".repeat(10_000_000))), (413, -32007), None),
    ]
    .map(|(name, body, refusal, fault)| Hostile { name, body, refusal, fault })
}
