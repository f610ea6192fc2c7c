//! A delivery that is killed loses nothing: the next one sends what was not answered, with the same ids.

use integration_tests::{Program, Receiver, World, ago, on_both_databases, run_beside, user};
use segmentation_engine::support::failpoints::DELIVERY_POINTS;

use super::world::{saved, saved_in_node};

async fn edit(world: &World, round: usize) {
    let users: Vec<_> = (0..8)
        .map(|number| {
            let mut user = user(&format!("u{number}"));
            user.plan = ["FREE", "PRO", "PREMIUM"][(number + round) % 3].into();
            user
        })
        .collect();
    world.users(&users).await;
    let options = segmentation_engine::run::RunOptions {
        may_shrink: segmentation_engine::run::MayShrink::All,
        ..segmentation_engine::run::RunOptions::at(ago(0))
    };
    world.run_with(&options).await;
}

on_both_databases! {
    async fn killed_at_every_point_a_delivery_is_continued(world: World) {
        let receiver = Receiver::start().await;
        saved(&world, &receiver, 1).await;
        let mut in_node = saved_in_node(&world, 0, 2).await;
        let times = if std::env::var_os("TEST_LONG").is_some() { 10 } else { 2 };
        let mut round = 0;
        for point in DELIVERY_POINTS {
            for reached in 0..times {
                round += 1;
                edit(&world, round).await;
                let armed = format!("{point}={reached}*off->return");
                let program = Program::engine(&world.test_database.url).args(["deliver"]);
                let ended = run_beside(program.env("FAILPOINTS", &armed)).await;
                assert!([-1, 0].contains(&ended.code), "{armed}: {ended:?}");
                // Nobody is left who could send it.
                world.execute("UPDATE webhook_delivery SET lease_until = NULL").await;
                let program = Program::engine(&world.test_database.url).args(["deliver"]);
                run_beside(program).await.expect(0);
                let members = world.memberships().await;
                assert_eq!(receiver.members(), members, "{armed}");
                assert!(in_node.as_mut().is_none_or(|in_node| in_node.members() == members), "{armed}");
            }
        }
        let lost = "SELECT count(*) FROM webhook_delivery WHERE state <> 'delivered'";
        assert_eq!(world.query::<(i64,)>(lost).await, [(0,)]);
    }
}
