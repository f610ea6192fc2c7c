//! `deliver`, the server, `status`, `cleanup` and erasure.

use std::time::Duration;

use domain::webhook::WebhookState;
use integration_tests::{Program, Receiver, Reply, Server, World, now, on_both_databases, run_beside, user};
use segmentation_engine::webhooks::WantedWebhook;

use super::world::{MovedClock, deliver, put, saved};

fn engine(world: &World, arguments: &[&str]) -> Program {
    Program::engine(&world.test_database.url).args(arguments)
}

on_both_databases! {
    async fn deliver_says_by_its_exit_code_whether_all_is_well(world: World) {
        run_beside(engine(&world, &["deliver"])).await.expect(0);
        let receiver = Receiver::start().await;
        let id = saved(&world, &receiver, 1).await;
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        receiver.reply([Reply::Code(500); 20]);
        let ended = run_beside(engine(&world, &["deliver", "--json"])).await.expect(3);
        assert_eq!(ended.json()["delivered"], 0);
        assert_eq!(ended.json()["webhooks"][0]["state"], "on");
        let status = run_beside(engine(&world, &["status"])).await.expect(0).output;
        assert!(status.contains("no message was delivered since"), "{status}");
        world.execute("UPDATE webhook_delivery SET next_at = queued_at").await;
        receiver.reply([]);
        let ended = run_beside(engine(&world, &["deliver"])).await.expect(0);
        assert!(ended.output.contains("delivered"), "{}", ended.output);
        assert_eq!(receiver.members(), world.memberships().await);
        let off = WantedWebhook { id: Some(id), state: Some(WebhookState::Off), ..WantedWebhook::default() };
        put(&world, &off, 1).await;
        run_beside(engine(&world, &["deliver"])).await.expect(0);
    }

    async fn deliver_by_the_server_takes_a_second(world: World) {
        let receiver = Receiver::start().await;
        saved(&world, &receiver, 1).await;
        world.users(&[user("ann"), user("bob")]).await;
        let _server = Server::start(&world.test_database.url, &[]);
        world.run(now()).await;
        let (committed, members) = (std::time::Instant::now(), world.memberships().await);
        while receiver.members() != members {
            assert!(committed.elapsed() < Duration::from_secs(10), "{:?}", receiver.members());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let first = receiver.got()[0].at.saturating_duration_since(committed);
        assert!(first < Duration::from_secs(1), "it takes {first:?}");
    }

    async fn deliver_leaves_nothing_of_an_erased_user(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        saved(&world, &receiver, 1).await;
        world.users(&[user("canary"), user("bob")]).await;
        world.run(now()).await;
        world.erase("canary").await;
        deliver(&world, &clock).await;
        assert!(receiver.members()["plan:free"].contains("bob"));
        assert!(receiver.members().values().all(|members| !members.contains("canary")), "it has heard of the erasure");
        for (table, rows) in world.dump().await {
            assert!(!rows.iter().any(|row| row.to_lowercase().contains("canary")), "{table}");
        }
    }

    async fn deliver_keeps_messages_for_30_days(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        saved(&world, &receiver, 1).await;
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        receiver.reply([Reply::Code(500)]);
        deliver(&world, &clock).await;
        for (days, left) in [(29, false), (31, true)] {
            let counted = "SELECT count(*) FROM webhook_delivery WHERE state = 'delivered'";
            segmentation_engine::cleanup::cleanup_messages(world.database(), now() + chrono::TimeDelta::days(days)).await.expect("it succeeds");
            assert_eq!(world.query::<(i64,)>(counted).await == [(0,)], left, "{days}");
        }
        let waiting = "SELECT count(*) FROM webhook_delivery WHERE state = 'waiting'";
        assert_eq!(world.query::<(i64,)>(waiting).await, [(1,)], "what waits stays");
    }
}
