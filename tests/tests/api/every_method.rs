//! The table of methods: role, whether it only reads, and params that work. Tests of all methods use it; a test below
//! fails if it differs from the OpenRPC document.

use std::collections::BTreeSet;

use domain::{attribute::AttributeType, profile::User};
use integration_tests::{Api, NOW, World, ago, event, now, quiz, streaks::merged, user};
use rpc_server::{
    auth::Role::{self, Admin, Superadmin},
    server::document,
};
use serde_json::{Value as Json, json};

/// What a method changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// Nothing.
    Read,
    /// Something.
    Change,
    /// Only the audit log.
    GoOnRecord,
}
use Does::{Change, GoOnRecord, Read};

#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// The lowest role that may call it.
    pub(crate) role: Role,
    pub(crate) does: Does,
    /// All its params, with values that work in `peopled` if methods are called in the order of the table.
    pub(crate) params: Json,
}

/// A custom segment of `peopled`.
const CUSTOM: &str = "the-custom-one";
/// Another one, with two versions.
const CHANGED: &str = "the-changed-one";

/// A token of `peopled`.
const REVOKED: &str = "00000000-0000-4000-8000-000000000001";

/// A webhook of `peopled`, with a message that failed.
const WEBHOOK: &str = "wh_aaaaaaaaaaaaaaaaaaaaaaaa";
const MESSAGE: &str = "msg_0000000000000000007_1772000000000000_wh_aaaaaaaaaaaaaaaaaaaaaaaa";

/// A goal of `peopled`.
const GOAL: &str = "5e0c5a0e-6b1d-4c0e-9a6c-3b8f1f1f0a77";
/// An alert of `peopled`, which fires.
const ALERT: &str = "al_aaaaaaaaaaaaaaaaaaaaaaaa";

/// Every method. Add a line for a new one.
pub(crate) fn every_method() -> Vec<Known> {
    let known = |name, role, does, params| Known { name, role, does, params };
    let free = || json!({"segmentType": "plan", "segmentValue": "free"});
    let free_and = |more: Json| merged(free(), more);
    let of_custom = |more: Json| merged(json!({"segmentValue": CUSTOM}), more);
    let pro = || json!({"combineWith": "AND", "not": false, "criteria": [{"field": "plan", "operator": "equals", "value": "PRO"}]});
    vec![
        known("rpc.discover", Admin, Read, json!({})),
        known("adminAudience.getSegments", Admin, Read, json!({"includeInactive": true, "searchQuery": "free"})),
        known("adminAudience.getSegment", Admin, Read, free()),
        known(
            "adminAudience.getSegmentUsers",
            Admin,
            Read,
            free_and(
                json!({"page": 1, "limit": 20, "searchQuery": "ann", "cursor": "u0", "show": "members", "mail": "all", "attributes": ["country"], "sort": "arrival", "direction": "asc"}),
            ),
        ),
        known("adminAudience.getSegmentStats", Admin, Read, free_and(json!({"days": 30}))),
        known("adminAudience.getSegmentHistory", Admin, Read, free_and(json!({"days": 30, "by": "week"}))),
        known("adminAudience.getSegmentSizes", Admin, Read, json!({"days": 30, "by": "month"})),
        known("adminAudience.getAudienceSize", Admin, Read, json!({})),
        known(
            "adminAudience.getSegmentMembersAsOf",
            Admin,
            Read,
            free_and(json!({"at": "2026-03-10T12:00:00Z", "limit": 10, "cursor": "u0"})),
        ),
        known(
            "adminAudience.compareAsOf",
            Admin,
            Read,
            json!({"segment": "plan:free", "a": NOW, "b": NOW, "show": "both", "limit": 10, "cursor": "u0"}),
        ),
        known(
            "adminAudience.exportReport",
            Admin,
            GoOnRecord,
            json!({"report": "getSegmentOverlap", "params": {"segments": ["plan:free", "plan:pro"]}, "table": "pairs"}),
        ),
        known(
            "adminAudience.compareSegments",
            Admin,
            Read,
            json!({
                "a": "plan:pro", "b": "plan:free", "goal": {"purchase": {}}, "goalId": null, "within": "7d",
                "activity": ["quizzes"], "from": "2026-03-02T12:00:00Z", "to": "2026-03-09", "asOf": NOW,
            }),
        ),
        known(
            "adminAudience.getCohorts",
            Admin,
            Read,
            json!({
                "start": "firstEvent", "measure": "goal", "segment": null, "name": "lesson", "goal": null, "goalId": GOAL,
                "by": "day", "clock": "own", "mode": "onOrAfter", "columns": 3, "activity": ["events"],
                "from": "2026-03-02", "to": "2026-03-09", "asOf": NOW,
            }),
        ),
        known(
            "adminAudience.getSegmentEngagement",
            Admin,
            Read,
            json!({
                "segments": ["plan:pro"], "by": "day", "activity": ["seen"], "from": "2026-03-02", "to": "2026-03-09", "asOf": NOW,
            }),
        ),
        known(
            "adminAudience.getSegmentLift",
            Admin,
            Read,
            json!({
                "segment": "plan:pro", "holdout": [0, 9], "goal": {"purchase": {}}, "goalId": null, "within": "7d",
                "newOnly": true, "memberOnly": true, "from": "2026-03-02", "to": "2026-03-09", "asOf": NOW,
            }),
        ),
        known("adminAudience.getEventNames", Admin, Read, json!({})),
        known("adminAudience.setEventName", Admin, Change, json!({"name": "lesson", "isActivity": false})),
        known("adminAudience.getGoals", Admin, Read, json!({})),
        known("adminAudience.getServerInfo", Admin, Read, json!({})),
        known(
            "adminAudience.saveGoal",
            Admin,
            Change,
            json!({"id": GOAL, "name": "Entered active", "goal": {"enter": "lifecycle:active"}, "within": "7d"}),
        ),
        known("adminAudience.deleteGoal", Admin, Change, json!({"id": GOAL})),
        known(
            "adminAudience.getSegmentConversion",
            Admin,
            Read,
            json!({
                "segment": "plan:free", "goalId": null, "goal": {"purchase": {}}, "within": "7d", "from": "2026-03-09", "to": NOW, "by": "day",
                "entries": "all", "per": "entry", "newOnly": true, "memberOnly": true,
                "compare": ["before", "others", "insideOutside"], "asOf": NOW,
            }),
        ),
        known(
            "adminAudience.getSegmentFlow",
            Admin,
            Read,
            json!({"family": "plan", "segments": null, "at": ["2026-03-09T12:00:00Z", NOW]}),
        ),
        known(
            "adminAudience.getSegmentForecast",
            Admin,
            Read,
            json!({"segment": "plan:free", "days": 2, "kind": "certain"}),
        ),
        known(
            "adminAudience.getForecastUsers",
            Admin,
            GoOnRecord,
            json!({"segment": "plan:free", "day": 1, "change": "leave", "limit": 10, "cursor": "u0"}),
        ),
        known(
            "adminAudience.getSegmentOverlap",
            Admin,
            Read,
            json!({"segments": ["plan:free", "plan:pro"], "at": NOW}),
        ),
        known(
            "adminAudience.getSegmentRevenue",
            Admin,
            Read,
            json!({
                "segments": ["plan:free"], "family": null, "model": "last", "basis": "entered", "within": "5d", "by": "day",
                "from": "2026-03-09", "to": NOW, "asOf": NOW,
            }),
        ),
        known(
            "adminAudience.getSegmentMovements",
            Admin,
            Read,
            free_and(json!({
                "from": "2026-03-01T00:00:00Z", "to": "2026-03-10T00:00:00Z", "movement": "left", "searchQuery": "ann",
                "limit": 10, "cursor": "t64-1", "direction": "desc",
            })),
        ),
        known(
            "adminAudience.exportSegmentOverrides",
            Admin,
            GoOnRecord,
            free_and(json!({"decision": "exclude", "searchQuery": "a"})),
        ),
        known(
            "adminAudience.exportSegmentMovements",
            Admin,
            GoOnRecord,
            free_and(json!({
                "from": "2026-03-01T00:00:00Z", "to": "2026-03-10T00:00:00Z", "movement": null, "searchQuery": null,
            })),
        ),
        known(
            "adminAudience.saveAlert",
            Admin,
            Change,
            json!({
                "alertId": ALERT, "segment": "plan:free", "kind": "changePercent", "threshold": 20, "direction": "up",
                "against": "fourWeeks", "minSize": 10, "cooldownHours": 1,
            }),
        ),
        known("adminAudience.getAlerts", Admin, Read, json!({})),
        known("adminAudience.getAlertEvents", Admin, Read, json!({"alertId": ALERT, "limit": 10, "before": 9})),
        known("adminAudience.deleteAlert", Admin, Change, json!({"alertId": ALERT})),
        known(
            "adminAudience.exportSegmentUsers",
            Admin,
            GoOnRecord,
            free_and(json!({"attributes": ["country"], "mail": "all", "mailStatus": true, "cursor": "u0"})),
        ),
        known("adminAudience.setSegmentTags", Admin, Change, free_and(json!({"tags": ["core"]}))),
        known("adminAudience.setSegmentStar", Admin, Change, free_and(json!({"starred": true}))),
        known("adminAudience.findUsers", Admin, Read, json!({"searchQuery": "ann", "limit": 10, "cursor": "u0"})),
        known("adminAudience.getUserSegments", Admin, Read, json!({"userId": "ann"})),
        known(
            "adminAudience.getUserTimeline",
            Admin,
            Read,
            json!({"userId": "ann", "kinds": ["movement"], "limit": 10, "cursor": "t64-1"}),
        ),
        known("adminAudience.getRun", Admin, Read, json!({"runId": 1})),
        known(
            "adminAudience.listRuns",
            Admin,
            Read,
            json!({"limit": 10, "before": 2, "state": "succeeded", "mode": "full"}),
        ),
        known("adminAudience.getAttributes", Admin, Read, json!({})),
        known(
            "adminAudience.saveAttribute",
            Admin,
            Change,
            json!({"key": "size", "label": "Size", "type": "text", "options": ["S", "M"], "personal": false}),
        ),
        known("adminAudience.archiveAttribute", Admin, Change, json!({"key": "seats"})),
        known(
            "adminAudience.saveWebhook",
            Superadmin,
            Change,
            json!({
                "webhookId": WEBHOOK, "url": "http://127.0.0.1:9/hook", "events": ["segment.entered", "segment.left"],
                "segments": ["plan:free"], "personal": false, "state": "on", "rotateSecret": true,
            }),
        ),
        known("adminAudience.getFields", Admin, Read, json!({})),
        known("adminAudience.describeCriteria", Admin, Read, pro()),
        known("adminAudience.previewSegment", Admin, Read, merged(pro(), json!({"sampleSize": 5}))),
        known(
            "adminAudience.createCustomSegment",
            Admin,
            Change,
            merged(pro(), json!({"name": "Those who pay", "description": "All of them"})),
        ),
        known("adminAudience.previewSegmentChange", Admin, Read, merged(pro(), of_custom(json!({"sampleSize": 5})))),
        known(
            "adminAudience.updateCustomSegment",
            Admin,
            Change,
            merged(pro(), of_custom(json!({"version": 1, "name": "Those who paid", "description": "Some of them"}))),
        ),
        known(
            "adminAudience.explainUser",
            Admin,
            Read,
            free_and(json!({"userId": "ann", "criteria": null, "combineWith": null, "not": null})),
        ),
        known("adminAudience.getSegmentDefinitionHistory", Admin, Read, of_custom(json!({}))),
        known(
            "adminAudience.rollBackCustomSegment",
            Admin,
            Change,
            json!({"segmentValue": CHANGED, "version": 2, "toVersion": 1}),
        ),
        known("adminAudience.duplicateSegment", Admin, Change, free_and(json!({"name": "Free, too"}))),
        known("adminAudience.setSegmentActive", Admin, Change, of_custom(json!({"isActive": false}))),
        known("adminAudience.deleteCustomSegment", Admin, Change, of_custom(json!({}))),
        known("adminAudience.autoSegmentUser", Admin, Change, json!({"userId": "ann"})),
        known(
            "adminAudience.removeUserFromSegment",
            Admin,
            Change,
            free_and(json!({"userId": "ann", "reason": "asked"})),
        ),
        known(
            "adminAudience.addUserToSegment",
            Admin,
            Change,
            json!({
                "userId": "ann", "segmentType": "behavior", "segmentValue": "power_users", "reason": "teaches",
                "expiresAt": "2100-01-01T00:00:00Z",
            }),
        ),
        known("adminAudience.restoreUserToSegment", Admin, Change, free_and(json!({"userId": "bob"}))),
        known(
            "adminAudience.runAutoSegmentation",
            Admin,
            Change,
            json!({"mode": "full", "allowShrink": false, "allowShrinkIn": ["plan:pro"]}),
        ),
        known(
            "adminAudience.upsertUsers",
            Admin,
            Change,
            json!({"users": [{"id": "cleo", "email": "cleo@example.org", "createdAt": "2025-01-01T00:00:00Z"}], "evaluate": true}),
        ),
        known(
            "adminAudience.recordQuizAttempts",
            Admin,
            Change,
            json!({
                "attempts": [{"id": "1", "userId": "bob", "certification": "AZ-104", "completedAt": "2026-03-01T00:00:00Z"}],
                "evaluate": true,
            }),
        ),
        known(
            "adminAudience.recordEvents",
            Admin,
            Change,
            json!({
                "events": [{
                    "id": "r1", "userId": "bob", "name": "purchase", "occurredAt": "2026-03-01T00:00:00Z",
                    "amountMinor": -500, "currency": "EUR", "refundOf": "p1",
                }],
                "evaluate": true,
            }),
        ),
        known(
            "adminAudience.voidEvents",
            Admin,
            Change,
            json!({"events": [{"id": "r1", "userId": "bob"}], "reason": "Booked twice"}),
        ),
        known("adminAudience.previewSegmentSync", Admin, Read, free()),
        known(
            "adminAudience.setSegmentSync",
            Admin,
            Change,
            free_and(json!({"state": "on", "confirm": true, "extras": "keep", "remoteSegmentId": null})),
        ),
        known("adminAudience.setSyncPaused", Admin, Change, json!({"paused": true})),
        known("adminAudience.runSync", Admin, Change, json!({"segment": null, "full": false, "allowShrink": false})),
        known("adminAudience.getSyncRun", Admin, Read, json!({"runId": 1})),
        known("adminAudience.listSyncRuns", Admin, Read, json!({"limit": 10, "before": 2})),
        known("adminAudience.getSyncStatus", Admin, Read, json!({})),
        known(
            "adminAudience.getSuppressions",
            Admin,
            Read,
            json!({"reason": "deleted", "searchQuery": "bob", "limit": 10, "cursor": "u0-deleted"}),
        ),
        known(
            "adminAudience.getSyncDrift",
            Admin,
            Read,
            free_and(json!({"kind": "held", "reason": "suppressed", "limit": 10, "cursor": "u0"})),
        ),
        known(
            "adminAudience.getEngagement",
            Admin,
            Read,
            free_and(json!({"userId": null, "days": 30, "scope": "addressed"})),
        ),
        known(
            "adminAudience.clearSuppression",
            Admin,
            Change,
            json!({"userId": "bob", "reason": "deleted", "why": "he asked for it"}),
        ),
        known("adminAudience.getWebhooks", Admin, Read, json!({})),
        known("adminAudience.testWebhook", Admin, GoOnRecord, json!({"webhookId": WEBHOOK})),
        known(
            "adminAudience.getWebhookDeliveries",
            Admin,
            Read,
            json!({"webhookId": WEBHOOK, "state": "failed", "limit": 10, "cursor": MESSAGE}),
        ),
        known("adminAudience.resendWebhookDelivery", Admin, Change, json!({"messageId": MESSAGE})),
        known("adminAudience.deleteWebhook", Superadmin, Change, json!({"webhookId": WEBHOOK})),
        known("adminAudience.eraseUser", Superadmin, Change, json!({"userId": "ann"})),
        known("adminAudience.getTokens", Superadmin, Read, json!({})),
        known(
            "adminAudience.createToken",
            Superadmin,
            Change,
            json!({"name": "reporting", "role": "ADMIN", "days": 30}),
        ),
        known("adminAudience.revokeToken", Superadmin, Change, json!({"tokenId": REVOKED})),
        known(
            "adminAudience.getAuditLog",
            Admin,
            Read,
            json!({
                "limit": 10, "before": 1_000, "actor": "token:test ADMIN", "action": "eraseUser", "segment": "plan:free",
                "userId": "bob", "from": "2026-01-01T00:00:00Z", "to": "2026-12-31T00:00:00Z",
            }),
        ),
    ]
}

/// One of which nothing is told until it is saved.
async fn a_webhook(world: &World) {
    let at = "'2026-03-01T00:00:00+00:00'";
    let webhook = format!(
        "INSERT INTO webhook (id, url, events, is_personal, secret, state, off_reason, created_at, changed_by, changed_at) \
         VALUES ('{WEBHOOK}', 'http://127.0.0.1:9/hook', '[\"segment.left\"]', false, \
         'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'on', NULL, {at}, 'a test', {at})"
    );
    let message = format!(
        "INSERT INTO webhook_delivery (webhook_id, no, shard, event, segment_id, segment, at, cause, user_numbers, user_count, \
         state, next_at, queued_at) VALUES ('{WEBHOOK}', 7, 0, 'segment.left', 1, 'plan:free', {at}, 'run', '[]', 0, \
         'failed', {at}, {at})"
    );
    world.execute(&webhook).await;
    world.execute(&message).await;
}

async fn an_alert(world: &World) {
    let at = "'2026-03-01T00:00:00+00:00'";
    let alert = format!(
        "INSERT INTO alert_rule (id, segment_id, kind, threshold, cooldown_hours, state, since, fired_at, observed, looked_at, \
         created_at, changed_by, changed_at) \
         VALUES ('{ALERT}', 1, 'sizeBelow', 5, 24, 'firing', {at}, {at}, 3, {at}, {at}, 'a test', {at})"
    );
    world.execute(&alert).await;
}

/// The data of the table: users, attempts, a run and a custom segment. ann has changed since, and bob is excluded from
/// a segment. Called by a SUPERADMIN.
pub(crate) async fn peopled(world: &World) -> Api {
    world.users(&[user("ann"), user("bob")]).await;
    world.attempts(&[quiz("ann", 1, "AWS-SAA-C03")]).await;
    let all = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
    world.custom_segment(CUSTOM, "All", all.clone()).await;
    world.custom_segment(CHANGED, "Changed", all).await;
    world.declare_types(&[("country", AttributeType::Text), ("seats", AttributeType::Number)]).await;
    world.run(ago(1)).await;
    world
        .execute(
            "INSERT INTO suppression (address_key, reason, origin, set_at) \
             VALUES ('bob@example.org', 'deleted', 'webhook', '2026-03-01T00:00:00+00:00')",
        )
        .await;
    a_webhook(world).await;
    let token = format!(
        "INSERT INTO api_token (id, name, prefix, token_hash, role, created_at) \
         VALUES ('{REVOKED}', 'old', 'aud_000000', 'none', 'ADMIN', '2026-03-01T00:00:00+00:00')"
    );
    world.execute(&token).await;
    an_alert(world).await;
    let started = "INSERT INTO sync_run (state, trigger, mode, started_at, finished_at, lease_until, owner, counts, issues) \
                   VALUES ('succeeded', 'admin', 'delta', '2026-03-01T00:00:00+00:00', '2026-03-01T00:00:01+00:00', \
                   '2026-03-01T00:00:01+00:00', 'a test', '{}', '[]')";
    world.execute(started).await;
    world
        .execute(&format!(
            "INSERT INTO goal (id, name, name_folded, definition, within, changed_by, changed_at) \
             VALUES ('{GOAL}', 'Quiz', 'quiz', '{{\"quiz\":{{}}}}', '14d', 'a test', '2026-03-01T00:00:00+00:00')"
        ))
        .await;
    world.record_events(&[event("ann", "1", "lesson", 1, None)]).await;
    world.users(&[User { current_streak: 9, ..user("ann") }]).await;
    let api = Api::at(world, now(), integration_tests::options()).await.as_superadmin().await;
    let keep_out = json!({"userId": "bob", "segmentType": "plan", "segmentValue": "free"});
    api.call("adminAudience.removeUserFromSegment", keep_out).await.expect("bob is kept out");
    let none = json!([{"field": "level", "operator": ">", "value": 90}]);
    let change =
        json!({"segmentValue": CHANGED, "version": 1, "name": "Changed", "combineWith": "AND", "criteria": none});
    api.call("adminAudience.updateCustomSegment", change).await.expect("a second version");
    api
}

#[test]
fn methods_and_params_are_the_same_in_the_table_and_the_document() {
    let document = document()["methods"].as_array().expect("methods");
    let names: BTreeSet<_> = document.iter().map(|method| method["name"].as_str().expect("a name")).collect();
    let known = every_method();
    let table: BTreeSet<_> = known.iter().map(|method| method.name).collect();
    assert_eq!(table.len(), known.len(), "a method stands twice in every_method()");
    let missing: Vec<_> = names.difference(&table).collect();
    assert!(missing.is_empty(), "add to every_method() a line with role, trace and params for {missing:?}");
    let gone: Vec<_> = table.difference(&names).collect();
    assert!(gone.is_empty(), "every_method() has what no document has, take it out: {gone:?}");
    for method in document {
        let known = known.iter().find(|known| known.name == method["name"]).expect("it is in both");
        let params = method["params"].as_array().expect("params").iter();
        let params: BTreeSet<_> = params.map(|param| param["name"].as_str().expect("a name")).collect();
        let given: BTreeSet<_> = known.params.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(given, params, "the params of {} in every_method()", known.name);
        let description = method["description"].as_str().expect("a description");
        assert_eq!(description.contains("SUPERADMIN"), known.role == Superadmin, "the document on {}", known.name);
    }
}
