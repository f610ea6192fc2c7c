//! Random saves and overrides of segments that refer to each other: a preview equals what the save then does, and after
//! each of them a run at the same time has nothing to do.

use domain::{
    criteria::arbitrary,
    segment::{SegmentKey, SegmentType},
    system_segments::catalogue,
};
use integration_tests::{Api, World, on_both_databases, options, streaks::merged};
use proptest::{
    prelude::*,
    sample::{Index, select},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use segmentation_engine::run::{NoObserver, RunOptions, run};
use serde_json::{Value as Json, json};

const PEOPLE: usize = 25;
/// Each custom segment may refer to those before it.
const CUSTOM: usize = 6;
const STEPS: usize = 60;

fn histories() -> u8 {
    if std::env::var_os("TEST_LONG").is_some() { 60 } else { 4 }
}

on_both_databases! {
    async fn dependants_follow_every_save_and_every_override(world: World) {
        let mut followed = 0;
        for seed in 0..histories() {
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            let mut history = History::begin(&world, &mut runner).await;
            for number in 0..STEPS {
                let step = drawn(&step(), &mut runner);
                let said = format!("history {seed}, step {number}: {step:?}");
                followed += history.take(step, &mut runner, &said).await;
                history.nothing_is_left(&said).await;
            }
            history.end().await;
        }
        assert!(followed > 0, "there were saves that other segments followed");
        world.verify().await;
    }
}

#[derive(Debug, Clone)]
enum Step {
    Save(usize),
    RollBack(usize, Index),
    Activate(usize, bool),
    /// Method, user and segment.
    Decide(&'static str, usize, Index),
}

fn step() -> impl Strategy<Value = Step> {
    let slot = || 0..CUSTOM;
    let decision =
        select(vec!["addUserToSegment", "removeUserFromSegment", "restoreUserToSegment", "restoreUserToSegment"]);
    prop_oneof![
        6 => slot().prop_map(Step::Save),
        1 => (slot(), any::<Index>()).prop_map(|(slot, version)| Step::RollBack(slot, version)),
        2 => (slot(), any::<bool>()).prop_map(|(slot, is_active)| Step::Activate(slot, is_active)),
        4 => (decision, 0..PEOPLE, any::<Index>()).prop_map(|(what, who, of)| Step::Decide(what, who, of)),
    ]
}

struct Saved {
    value: String,
    version: i64,
    is_active: bool,
}

struct History<'a> {
    world: &'a World,
    api: Api,
    slots: Vec<Option<Saved>>,
}

impl<'a> History<'a> {
    /// New users, and system segments up to date.
    async fn begin(world: &'a World, runner: &mut TestRunner) -> Self {
        let now = arbitrary::now();
        let people: Vec<_> = (0..PEOPLE).map(|index| drawn(&arbitrary::user(now, index), runner)).collect();
        world.users(&people).await;
        world.declare(&arbitrary::attributes()).await;
        for person in &people {
            let values = drawn(&arbitrary::attribute_values(now), runner).into_iter();
            world.attributes(&person.id.0, values.map(|(key, value)| (key, Some(value))).collect()).await;
            world.attempts(&drawn(&arbitrary::attempts(now, person.id.clone()), runner)).await;
        }
        world.run(now).await;
        let slots = (0..CUSTOM).map(|_| None).collect();
        Self { world, api: Api::at(world, now, options()).await, slots }
    }

    /// Deletes dependants before the segments they refer to.
    async fn end(self) {
        for saved in self.slots.iter().rev().flatten() {
            self.call("deleteCustomSegment", json!({"segmentValue": saved.value})).await;
        }
        for index in 0..PEOPLE {
            self.world.erase(&format!("user-{index}")).await;
        }
    }

    async fn call(&self, method: &str, params: Json) -> Json {
        let answer = self.api.call(&format!("adminAudience.{method}"), params.clone()).await;
        answer.unwrap_or_else(|error| panic!("{method} {params}: {error:?}"))
    }

    fn keys_before(&self, slot: usize) -> Vec<SegmentKey> {
        let custom =
            self.slots.iter().take(slot).flatten().map(|saved| SegmentKey::new(SegmentType::Custom, &saved.value));
        catalogue().iter().map(|system| system.key.clone()).chain(custom).collect()
    }

    /// Returns how many other segments followed.
    async fn take(&mut self, step: Step, runner: &mut TestRunner, said: &str) -> usize {
        match step {
            Step::Save(slot) => {
                let definition = drawn(&arbitrary::criteria(self.keys_before(slot)), runner).to_json();
                self.save(slot, definition, said).await
            }
            Step::RollBack(slot, to) => {
                let Some(saved) = &mut self.slots[slot] else { return 0 };
                let to = 1 + to.index(usize::try_from(saved.version).expect("a version"));
                let params = json!({"segmentValue": saved.value, "version": saved.version, "toVersion": to});
                saved.version += 1;
                followers(&self.call("rollBackCustomSegment", params).await).len()
            }
            Step::Activate(slot, is_active) => {
                let Some(saved) = &mut self.slots[slot] else { return 0 };
                saved.is_active = is_active;
                let params = json!({"segmentValue": saved.value, "isActive": is_active});
                followers(&self.call("setSegmentActive", params).await).len()
            }
            Step::Decide(method, who, of) => {
                let of = of.get(&self.keys_before(CUSTOM)).clone();
                let params = json!({
                    "userId": format!("user-{who}"), "segmentType": of.kind.name(), "segmentValue": of.value,
                });
                match self.api.call(&format!("adminAudience.{method}"), params.clone()).await {
                    Ok(_) => {}
                    // Nobody deleted in the host application can be included.
                    Err(refused) if method == "addUserToSegment" && refused.code == -32049 => {}
                    Err(error) => panic!("{method} {params}: {error:?}"),
                }
                0
            }
        }
    }

    async fn save(&mut self, slot: usize, definition: Json, said: &str) -> usize {
        let name = json!({"name": format!("Slot {slot}")});
        let Some(saved) = &self.slots[slot] else {
            let made = self.call("createCustomSegment", merged(definition, name)).await["segment"].take();
            let value = made["segmentValue"].as_str().expect("a value").to_owned();
            let version = made["version"].as_i64().expect("a version");
            self.slots[slot] = Some(Saved { value, version, is_active: true });
            return 0;
        };
        let of = json!({"segmentValue": saved.value});
        let preview = self.call("previewSegmentChange", merged(definition.clone(), of.clone())).await;
        let params = merged(merged(merged(definition, of), name), json!({"version": saved.version}));
        let is_active = saved.is_active;
        let done = self.call("updateCustomSegment", params).await;
        if is_active {
            let told = (&preview["enter"]["count"], &preview["leave"]["count"], told(&preview));
            assert_eq!(told, (&done["entered"], &done["left"], followers(&done)), "{said}");
        } else {
            assert_eq!((&done["entered"], &done["left"], followers(&done)), (&json!(0), &json!(0), vec![]), "{said}");
        }
        if let Some(saved) = &mut self.slots[slot] {
            saved.version += 1;
        }
        followers(&done).len()
    }

    async fn nothing_is_left(&self, said: &str) {
        let options = RunOptions { dry_run: true, ..RunOptions::at(arbitrary::now()) };
        let rest = run(self.world.database(), &options, &NoObserver).await.expect("the run succeeds");
        assert_eq!((rest.entered, rest.left, &rest.issues[..]), (0, 0, &[][..]), "{said} left {:?}", rest.by_segment);
    }
}

/// The segments that followed, and how many users entered and left each.
fn followers(saved: &Json) -> Vec<(Json, Json, Json)> {
    dependants(saved, "entered", "left")
}

/// The same from a preview.
fn told(preview: &Json) -> Vec<(Json, Json, Json)> {
    dependants(preview, "enter", "leave")
}

fn dependants(answer: &Json, entered: &str, left: &str) -> Vec<(Json, Json, Json)> {
    let dependants = answer["dependants"].as_array().expect("dependants");
    dependants.iter().map(|one| (one["id"].clone(), one[entered].clone(), one[left].clone())).collect()
}

fn drawn<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).expect("a value").current()
}
