//! Imports, runs, single users and overrides at once, on one database. Nothing fails, the invariants and the overrides
//! hold, and after a last run everyone is where they belong.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    overrides::OverrideKind,
    profile::{User, UserChange},
};
use integration_tests::{moment, now, on_both_databases, quiz, user};
use persistence::Database;
use segmentation_engine::{
    audit::Audit,
    evaluate_user::run_user,
    overrides::{self, NewOverride},
    run::{MayShrink, NoObserver, RunError, RunOptions, run},
};

const USERS: usize = 200;
const ROUNDS: usize = 12;

on_both_databases! {
    async fn concurrent_runs_imports_saves_and_overrides_stay_consistent(world: World) {
        let crowd: Vec<_> = (0..USERS).map(|index| user(&format!("user-{index}"))).collect();
        world.users(&crowd).await;
        let database = Arc::new(world.database().clone());
        let tasks = [
            tokio::spawn(write_users(database.clone(), false)),
            tokio::spawn(write_users(database.clone(), true)),
            tokio::spawn(write_some_fields(database.clone(), false)),
            tokio::spawn(write_some_fields(database.clone(), true)),
            tokio::spawn(write_attempts(database.clone(), false)),
            tokio::spawn(write_attempts(database.clone(), true)),
            tokio::spawn(run_all(database.clone())),
            tokio::spawn(run_single(database.clone())),
            tokio::spawn(exclude(database.clone())),
        ];
        for task in tasks {
            task.await.expect("nobody fails");
        }
        world.verify().await;
        for index in 0..ROUNDS {
            let segments = world.segments_of(&format!("user-{index}")).await;
            assert!(!segments.contains(&"plan:free".to_owned()), "an exclude sticks at once: user-{index} {segments:?}");
        }
        // The order of writers decides how many leave at once.
        let last = RunOptions { may_shrink: MayShrink::All, ..RunOptions::at(now() + TimeDelta::days(1)) };
        assert_eq!(world.run_with(&last).await.issues, []);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_dirty").await, [(0,)]);
        let plans = "SELECT user_id, count(*) FROM user_segment_by_name \
                     WHERE segment_type = 'plan' AND removed_at IS NULL GROUP BY user_id HAVING count(*) > 1";
        assert_eq!(world.query::<(String, i64)>(plans).await, []);
        let again = world.run(now() + TimeDelta::days(1)).await;
        assert_eq!((again.entered, again.left), (0, 0));
    }
}

/// Writes the same users in opposite orders, with changing plans.
async fn write_users(database: Arc<Database>, backwards: bool) {
    for round in 0..ROUNDS {
        let mut crowd: Vec<_> = (0..USERS).map(|index| user(&format!("user-{index}"))).collect();
        for (index, user) in crowd.iter_mut().enumerate() {
            user.plan = ["FREE", "PRO", "PREMIUM"][(index + round + usize::from(backwards)) % 3].into();
        }
        if backwards {
            crowd.reverse();
        }
        let crowd: Vec<_> = crowd.into_iter().map(Into::into).collect();
        integration_tests::write_users(&database, &crowd).await;
    }
}

/// Writes the same users in opposite orders. Neighbors have different fields, so that several statements write them.
async fn write_some_fields(database: Arc<Database>, backwards: bool) {
    for round in 0..ROUNDS {
        let change = |index: usize| {
            let user = user(&format!("user-{index}"));
            let number = i64::try_from(round + usize::from(backwards)).expect("few");
            match (index + usize::from(backwards)) % 3 {
                0 => UserChange::of_fields(User { total_points: number, ..user }, &["totalPoints"]),
                1 => {
                    let named = User { first_name: Some(format!("Ann {number}")), level: number, ..user };
                    UserChange::of_fields(named, &["firstName", "level"])
                }
                _ => User { level: number, ..user }.into(),
            }
        };
        let mut crowd: Vec<_> = (0..USERS).map(change).collect();
        if backwards {
            crowd.reverse();
        }
        integration_tests::write_users(&database, &crowd).await;
    }
}

async fn write_attempts(database: Arc<Database>, backwards: bool) {
    for round in 0..ROUNDS {
        let mut taken: Vec<_> = (0..USERS)
            .map(|index| quiz(&format!("user-{index}"), 2 * round + usize::from(backwards), "AWS-SAA-C03"))
            .collect();
        if backwards {
            taken.reverse();
        }
        integration_tests::write_attempts(&database, &taken).await;
    }
}

async fn run_all(database: Arc<Database>) {
    for _ in 0..ROUNDS {
        let mut options = RunOptions::at(now());
        options.commit_users = 20.try_into().expect("not zero");
        match run(&database, &options, &NoObserver).await {
            Ok(_) | Err(RunError::Lease(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

async fn run_single(database: Arc<Database>) {
    for index in 0..USERS {
        run_user(&database, &user(&format!("user-{index}")).id, moment(now()), None).await.expect("it succeeds");
    }
}

async fn exclude(database: Arc<Database>) {
    let audit =
        Audit { actor: "an admin".into(), action: "removeUserFromSegment".into(), request_id: None, shell: None };
    for index in 0..ROUNDS {
        let exclude = NewOverride {
            user: user(&format!("user-{index}")).id,
            segment: "plan:free".parse().expect("a key"),
            kind: OverrideKind::Exclude,
            reason: None,
            expires_at: None,
        };
        overrides::set(&database, &exclude, moment(now()), &audit).await.expect("it is set");
    }
}
