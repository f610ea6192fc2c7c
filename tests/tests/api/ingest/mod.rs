mod record_events;
mod record_quiz_attempts;
mod upsert_users;
mod void_events;

use integration_tests::World;
use serde_json::Value as Json;

fn statuses(answer: &Json) -> Vec<&str> {
    let results = answer["results"].as_array().expect("results");
    results.iter().map(|one| one["status"].as_str().expect("a status")).collect()
}

/// User, currency, purchases, refunds, gross, refunded.
type Spend = (String, String, i64, i64, i64, i64);

async fn spend(world: &World) -> Vec<Spend> {
    let sql = "SELECT users.id, currency, user_spend.purchase_count, refund_count, gross, refunded \
               FROM user_spend JOIN users ON no = user_no ORDER BY users.id, currency";
    world.query(sql).await
}

fn spent(user: &str, code: &str, purchases: [i64; 2], sums: [i64; 2]) -> Spend {
    (user.to_owned(), code.to_owned(), purchases[0], purchases[1], sums[0], sums[1])
}
