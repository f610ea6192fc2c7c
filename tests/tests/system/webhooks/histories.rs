//! After any history, with endpoints that fail at random, a receiver that applies the messages has the members that we have.

use std::sync::Arc;

use domain::{ids::UserId, instant::Clock, overrides::OverrideKind, run::RunMode, segment::SegmentKey};
use integration_tests::{NodeReceiver, Receiver, Reply, TestDatabase, World, moment, on_both_databases, user};
use persistence::ingest::gone::{self, Reported};
use segmentation_engine::{
    erase::erase_user,
    evaluate_user::run_user,
    overrides::{NewOverride, remove, set},
    run::{MayShrink, RunOptions},
    segments::{
        delete::delete,
        save::{ProposedSegment, create},
    },
};
use serde_json::json;

use super::world::{MovedClock, audit, deliver, only_heads_are_due, saved, saved_in_node};

const PEOPLE: u64 = 10;

/// Numbers that look random. <https://prng.di.unimi.it/splitmix64.c>
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn person(&mut self) -> String {
        format!("u{}", self.below(PEOPLE))
    }

    fn reply(&mut self) -> Reply {
        match self.below(10) {
            0 => Reply::Code(500),
            1 => Reply::Close,
            2 => Reply::Redirect,
            3 => Reply::Hang,
            _ => Reply::Code(204),
        }
    }
}

async fn exists(world: &World, id: &str) -> bool {
    world.query::<(i64,)>(&format!("SELECT count(*) FROM users WHERE id = '{id}' AND deleted_at IS NULL")).await
        == [(1,)]
}

async fn step(world: &World, dice: &mut Dice, clock: &MovedClock, customs: &mut Vec<SegmentKey>) {
    let now = clock.now();
    let id = dice.person();
    match dice.below(10) {
        0..3 => {
            let mut changed = user(&id);
            changed.plan = ["FREE", "PRO", "PREMIUM"][usize::try_from(dice.below(3)).expect("small")].into();
            changed.level = i64::try_from(dice.below(20)).expect("small");
            world.users(&[changed]).await;
        }
        3..5 => {
            let mode = if dice.below(2) == 0 { RunMode::Full } else { RunMode::Incremental };
            world.run_with(&RunOptions { mode, may_shrink: MayShrink::All, ..RunOptions::at(now) }).await;
        }
        5 if exists(world, &id).await => {
            run_user(world.database(), &UserId(id), moment(now), None).await.expect("it is evaluated");
        }
        6 if exists(world, &id).await => {
            let segment: SegmentKey = "plan:pro".parse().expect("a key");
            let kind = [None, Some(OverrideKind::Include), Some(OverrideKind::Exclude)];
            match kind[usize::try_from(dice.below(3)).expect("small")] {
                Some(kind) => {
                    let new = NewOverride { user: UserId(id), segment, kind, reason: None, expires_at: None };
                    set(world.database(), &new, moment(now), &audit()).await.expect("it is set");
                }
                None => {
                    remove(world.database(), &UserId(id), &segment, moment(now), &audit())
                        .await
                        .expect("it is cleared");
                }
            }
        }
        7 => {
            let level = json!([{"field": "level", "operator": ">=", "value": dice.below(20)}]);
            let definition = json!({"combineWith": "AND", "criteria": level});
            let name = format!("Segment {}", dice.below(u64::MAX));
            let id = format!("c{}", dice.below(u64::MAX));
            let proposed = ProposedSegment { name, description: None, definition };
            create(world.database(), &id, &proposed, moment(now), &audit()).await.expect("it is made");
            customs.push(format!("custom:{id}").parse().expect("a key"));
        }
        8 if dice.below(2) == 0 => {
            if let Some(key) = customs.pop() {
                delete(world.database(), &key, moment(now), &audit()).await.expect("it is deleted");
            }
        }
        8 if exists(world, &id).await => {
            let no = world.no(&id).await;
            let tx = world.change_of(&id).await;
            gone::report(&tx, Reported::All(&[no]), now).await.expect("it is noted");
            tx.commit().await.expect("a commit");
        }
        9 if exists(world, &id).await => {
            erase_user(world.database(), &UserId(id), now, &audit()).await.expect("they are erased");
        }
        _ => {}
    }
    clock.move_on(60);
}

async fn play(world: &World, seed: u64, steps: u64) {
    let (mut dice, clock, mut customs) = (Dice(seed), MovedClock::new(), Vec::new());
    let receivers = [Receiver::start().await, Receiver::start().await];
    for (receiver, number) in receivers.iter().zip(1..) {
        saved(world, receiver, number).await;
    }
    let mut in_node = saved_in_node(world, seed, 3).await;
    for _ in 0..steps {
        step(world, &mut dice, &clock, &mut customs).await;
        if dice.below(4) == 0 {
            receivers.iter().for_each(|receiver| receiver.reply((0..6).map(|_| dice.reply())));
            if let Some(in_node) = &mut in_node {
                in_node.misbehaves(true);
                in_node.set_clock(clock.now());
            }
            deliver(world, &clock).await;
            only_heads_are_due(world).await;
            receivers.iter().for_each(|receiver| receiver.reply([]));
            clock.move_on(if dice.below(3) == 0 { 400 } else { 4 });
        }
    }
    if let Some(in_node) = &mut in_node {
        in_node.misbehaves(false);
    }
    rest(world, &clock, in_node.as_mut()).await;
    let members = world.memberships().await;
    for receiver in &receivers {
        assert_eq!(receiver.members(), members, "seed {seed}");
        assert_eq!(receiver.refused(), 0);
    }
    assert!(in_node.is_none_or(|mut in_node| in_node.members() == members), "seed {seed}");
    let waiting = "SELECT count(*) FROM webhook_delivery WHERE state <> 'delivered'";
    assert_eq!(world.query::<(i64,)>(waiting).await, [(0,)], "seed {seed}");
    assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM webhook_erased_user").await, [(0,)], "seed {seed}");
    world.verify().await;
}

/// Delivers all that waits, to endpoints that work.
async fn rest(world: &World, clock: &Arc<MovedClock>, mut in_node: Option<&mut NodeReceiver>) {
    for _ in 0..8 {
        clock.move_on(36_000);
        if let Some(in_node) = &mut in_node {
            in_node.set_clock(clock.now());
        }
        deliver(world, clock).await;
    }
}

fn steps() -> u64 {
    if std::env::var_os("TEST_LONG").is_some() { 2_000 } else { 120 }
}

on_both_databases! {
    async fn histories_at_random_end_with_the_same_members(world: World) {
        play(&world, 1, steps()).await;
    }
}

#[tokio::test]
async fn histories_in_several_shards_end_with_the_same_members() {
    let Some(database) = TestDatabase::create_sharded().await else { return };
    play(&World::new(database), 2, steps()).await;
}
