//! Any history ends right: people, admins, the mail service and crashes in any order, and then one full sync.

use domain::{
    instant::{Clock, SystemClock},
    mail::SyncMode,
};
use integration_tests::{Kind, MailWorld, TestDatabase, World, on_both_databases, user};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use resend_fake::{Fault, Faults, PendingEvent};
use segmentation_engine::sync::{SyncOptions, switch::Wanted};

const PEOPLE: usize = 6;

#[derive(Debug, Clone)]
enum Step {
    Move {
        person: usize,
        plan: usize,
    },
    Rename {
        person: usize,
    },
    Readdress {
        person: usize,
        address: usize,
    },
    Erase {
        person: usize,
    },
    SwitchOn {
        segment: usize,
    },
    Pause {
        segment: usize,
    },
    SwitchOff {
        segment: usize,
    },
    Sync {
        full: bool,
        faults: bool,
        requests: Option<u64>,
    },
    Unsubscribe {
        address: usize,
    },
    Resubscribe {
        address: usize,
    },
    DeleteContact {
        address: usize,
    },
    Bounce {
        address: usize,
    },
    Lift {
        address: usize,
    },
    AddByOthers {
        address: usize,
    },
    RemoveByOthers {
        address: usize,
    },
    /// Some of the events arrive, some twice, others never.
    Events {
        lost: bool,
        doubled: bool,
        reversed: bool,
    },
}

const PLANS: [&str; 2] = ["FREE", "PRO"];
const SEGMENTS: [&str; 2] = ["plan:free", "plan:pro"];

fn address(number: usize) -> String {
    format!("a{number}@example.org")
}

fn step() -> impl Strategy<Value = Step> {
    let (person, address, segment) = (0..PEOPLE, 0..PEOPLE + 2, 0..2_usize);
    prop_oneof![
        3 => (person.clone(), 0..2_usize).prop_map(|(person, plan)| Step::Move { person, plan }),
        1 => person.clone().prop_map(|person| Step::Rename { person }),
        2 => (person.clone(), address.clone()).prop_map(|(person, address)| Step::Readdress { person, address }),
        1 => person.prop_map(|person| Step::Erase { person }),
        2 => segment.clone().prop_map(|segment| Step::SwitchOn { segment }),
        1 => segment.clone().prop_map(|segment| Step::Pause { segment }),
        1 => segment.prop_map(|segment| Step::SwitchOff { segment }),
        6 => (any::<bool>(), any::<bool>(), prop::option::of(1..12_u64))
            .prop_map(|(full, faults, requests)| Step::Sync { full, faults, requests }),
        2 => address.clone().prop_map(|address| Step::Unsubscribe { address }),
        1 => address.clone().prop_map(|address| Step::Resubscribe { address }),
        1 => address.clone().prop_map(|address| Step::DeleteContact { address }),
        1 => address.clone().prop_map(|address| Step::Bounce { address }),
        1 => address.clone().prop_map(|address| Step::Lift { address }),
        1 => address.clone().prop_map(|address| Step::AddByOthers { address }),
        1 => address.prop_map(|address| Step::RemoveByOthers { address }),
        3 => (any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(lost, doubled, reversed)| Step::Events { lost, doubled, reversed }),
    ]
}

struct History {
    mail: MailWorld,
    plans: [usize; PEOPLE],
    addresses: [usize; PEOPLE],
    names: [usize; PEOPLE],
    exists: [bool; PEOPLE],
    events: Vec<PendingEvent>,
}

impl History {
    async fn write(&self, person: usize) {
        let mut user = user(&format!("p{person}"));
        user.email = address(self.addresses[person]);
        user.plan = PLANS[self.plans[person]].into();
        user.first_name = Some(format!("Name {}", self.names[person]));
        self.mail.world.users(&[user]).await;
    }

    async fn take(&mut self, number: usize, step: &Step) {
        let fake = self.mail.fake.clone();
        match step {
            Step::Move { person, plan } => {
                (self.plans[*person], self.exists[*person]) = (*plan, true);
                self.write(*person).await;
                self.mail.evaluate().await;
            }
            Step::Rename { person } => {
                self.names[*person] += 1;
                self.exists[*person] = true;
                self.write(*person).await;
                self.mail.evaluate().await;
            }
            Step::Readdress { person, address } => {
                (self.addresses[*person], self.exists[*person]) = (*address, true);
                self.write(*person).await;
                self.mail.evaluate().await;
            }
            Step::Erase { person } => {
                if std::mem::take(&mut self.exists[*person]) {
                    // Whoever made the contact, ours is deleted; the stand-in cannot know whom we mean.
                    fake.state().erased.extend((0..PEOPLE + 2).map(address));
                    self.mail.world.erase(&format!("p{person}")).await;
                }
            }
            Step::SwitchOn { segment } => {
                self.switch(*segment, Wanted::On { bind: None, extras: None, is_confirmed: true }).await
            }
            Step::Pause { segment } => self.switch(*segment, Wanted::Paused).await,
            Step::SwitchOff { segment } => self.switch(*segment, Wanted::Off).await,
            Step::Sync { full, faults, requests } => {
                if *faults {
                    fake.switch(|switches| {
                        switches.faults =
                            Some(Faults::new(0.1, &[Fault::Cut, Fault::Reset, Fault::Json500], number as u64))
                    });
                }
                let mode = if *full { SyncMode::Full } else { SyncMode::Delta };
                let options = SyncOptions { max_requests: *requests, ..MailWorld::options(mode) };
                let _ = self.mail.try_sync(options).await;
                fake.switch(|switches| switches.faults = None);
            }
            Step::Unsubscribe { address: number } => fake.unsubscribe(&address(*number)),
            Step::Resubscribe { address: number } => fake.resubscribe(&address(*number)),
            Step::DeleteContact { address: number } => fake.delete_contact(&address(*number)),
            Step::Bounce { address: number } => fake.bounce(&address(*number)),
            Step::Lift { address: number } => fake.lift_suppression(&address(*number)),
            Step::AddByOthers { address: number } => {
                fake.foreign_contact(&address(*number));
                let segment = fake.state().segments.keys().next().cloned();
                if let Some(segment) = segment {
                    fake.add_to_segment(&address(*number), &segment);
                }
            }
            Step::RemoveByOthers { address: number } => {
                let segment = fake.state().segments.keys().next().cloned();
                if let Some(segment) = segment {
                    fake.remove_from_segment(&address(*number), &segment);
                }
            }
            Step::Events { lost, doubled, reversed } => {
                let mut events = fake.take_events();
                if *lost {
                    events.truncate(events.len() / 2);
                }
                if *doubled {
                    events.extend(self.events.clone());
                }
                if *reversed {
                    events.reverse();
                }
                self.mail.arrive(&events).await;
                self.events = events;
                segmentation_engine::sync::events::apply_waiting(self.mail.world.database(), SystemClock.now())
                    .await
                    .expect("events are applied");
            }
        }
        self.mail.nothing_forbidden(&format!("{number}: {step:?}"));
    }

    async fn switch(&self, segment: usize, wanted: Wanted) {
        let audit = segmentation_engine::audit::Audit::of_command("setSegmentSync");
        let key = SEGMENTS[segment].parse().expect("a key");
        let (database, settings) = (self.mail.world.database(), self.mail.settings());
        // It may be refused, such as while it is being removed.
        let _ =
            segmentation_engine::sync::switch::set(database, &settings, &key, &wanted, SystemClock.now(), &audit).await;
    }
}

async fn histories(kind: Kind) {
    // With several shards, what differs is how the plan is read.
    let few = if std::env::var_os("TEST_SHARDS").is_some() { 5 } else { 15 };
    let cases = if std::env::var_os("TEST_LONG").is_some() { 10_000 } else { few };
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let strategy = prop::collection::vec(step(), 5..40);
    for case in 0..cases {
        let steps = strategy.new_tree(&mut runner).expect("a history").current();
        let Some(made) = TestDatabase::create(kind).await else { return };
        ends_right(World::new(made), &steps, &format!("history {case}: {steps:?}")).await;
    }
}

async fn ends_right(world: World, steps: &[Step], said: &str) {
    let mail = MailWorld::new(world).await;
    let mut history = History {
        mail,
        plans: [0; PEOPLE],
        addresses: std::array::from_fn(|person| person),
        names: [0; PEOPLE],
        exists: [true; PEOPLE],
        events: Vec::new(),
    };
    for person in 0..PEOPLE {
        history.write(person).await;
    }
    history.mail.evaluate().await;
    history.mail.on(SEGMENTS[0]).await;
    for (number, step) in steps.iter().enumerate() {
        history.take(number, step).await;
    }
    // The first one may have to remove what was switched off, so that nothing is left to the second.
    for _ in 0..2 {
        history.mail.full().await;
    }
    history.mail.is_at_rest(said).await;
    nobody_is_mailed_against_their_will(&history.mail, said).await;
}

/// By the state of the mail service, in all segments that a sync may work on.
async fn nobody_is_mailed_against_their_will(mail: &MailWorld, said: &str) {
    let on = "SELECT remote_id FROM segment_sync WHERE state = 'on' AND remote_id IS NOT NULL";
    let on: Vec<_> = mail.world.query::<(String,)>(on).await.into_iter().map(|(id,)| id).collect();
    let state = mail.fake.state();
    for contact in state.contacts.values().filter(|contact| contact.unsubscribed) {
        assert!(on.iter().all(|segment| contact.segments.get(segment) != Some(&true)), "{contact:?}, {said}");
    }
}

#[tokio::test]
async fn history_of_any_kind_ends_right_on_sqlite() {
    histories(Kind::Sqlite).await;
}

#[tokio::test]
async fn history_of_any_kind_ends_right_on_postgres() {
    histories(Kind::Postgres).await;
}

on_both_databases! {
    async fn history_of_a_stopped_sync_takes_nobody_of_others_for_ours(world: World) {
        let mail = MailWorld::new(world).await;
        let write = async |number: usize, plan: &str| {
            let mut person = user(&format!("p{number}"));
            (person.email, person.plan) = (address(number), plan.into());
            mail.world.users(&[person]).await;
        };
        for number in 0..PEOPLE {
            write(number, "FREE").await;
        }
        mail.evaluate().await;
        mail.on("plan:free").await;
        let options = SyncOptions { max_requests: Some(11), ..MailWorld::options(SyncMode::Full) };
        mail.try_sync(options).await.expect("it stops in order");
        let arrived = mail.delivered("plan:free").await;
        let waiting: Vec<_> = (0..PEOPLE).filter(|number| !arrived.contains(&address(*number))).collect();
        assert!(!arrived.is_empty() && !waiting.is_empty(), "{arrived:?}");
        // Before the next sync comes to them, others put them in, and they leave the segment.
        let segment = mail.fake.state().segments.keys().next().cloned().expect("it was made");
        for number in waiting {
            mail.fake.foreign_contact(&address(number));
            mail.fake.add_to_segment(&address(number), &segment);
            write(number, "PRO").await;
        }
        mail.evaluate().await;
        mail.full().await;
        mail.is_at_rest("they stay where others put them").await;
        assert_eq!(mail.delivered("plan:free").await, arrived);
    }
}
