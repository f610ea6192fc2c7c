//! `adminAudience.getSegmentRevenue`.

use domain::event::{Currency, Event, Money};
use integration_tests::{Api, World, at, event, example_world::ASKED_AT, on_both_databases, options, streaks::merged};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentRevenue";
const THREE: [&str; 3] = ["lifecycle:active", "lifecycle:inactive", "plan:pro"];

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

async fn ask(api: &Api, params: Json) -> Json {
    let range = json!({"from": "2026-03-01", "to": "2026-03-22"});
    api.call(METHOD, merged(range, params)).await.expect("figures")
}

/// `segment gross refunded net` of every line of a currency, and of its total.
fn lines(of: &Json) -> Vec<String> {
    let text = |name: &str, line: &Json| format!("{name} {} {} {}", line["gross"], line["refunded"], line["net"]);
    let segments = of["segments"].as_array().expect("segments").iter();
    let segments = segments.map(|line| text(line["id"].as_str().expect("an id"), line));
    let others = ["unattributed", "erased", "total"].map(|name| text(name, &of[name]));
    segments.chain(others).collect()
}

on_both_databases! {
    async fn revenue_of_the_example_is_exact_by_every_model(world: World) {
        let api = example(&world).await;
        for (model, active, inactive, pro, sums) in [
            ("equal", "7400 -5000 2400", "2000 0 2000", "2400 0 2400", true),
            ("last", "7800 -5000 2800", "3000 0 3000", "1000 0 1000", true),
            ("full", "7800 -5000 2800", "4000 0 4000", "4800 0 4800", false),
        ] {
            let answer = ask(&api, json!({"segments": THREE, "model": model})).await;
            assert_eq!(lines(&answer["currencies"][0]), [
                format!("plan:pro {pro}"),
                format!("lifecycle:active {active}"),
                format!("lifecycle:inactive {inactive}"),
                "unattributed 0 0 0".into(),
                "erased 0 0 0".into(),
                "total 11800 -5000 6800".into(),
            ], "{model}");
            assert_eq!(answer["sumsToTotal"], sums, "{model}");
            let notes = if sums { json!([]) } else { json!([{"kind": "overlapping"}]) };
            assert_eq!(answer["notes"], notes, "{model}");
            // u6 bought before a run had seen them.
            assert_eq!(lines(&answer["currencies"][1]), ["unattributed 1200 0 1200", "erased 0 0 0", "total 1200 0 1200"]);
        }
    }

    async fn revenue_of_a_family_adds_up_by_any_model(world: World) {
        let api = example(&world).await;
        for model in ["equal", "last", "full"] {
            let answer = ask(&api, json!({"family": "lifecycle", "model": model})).await;
            assert_eq!(lines(&answer["currencies"][0])[..2], [
                "lifecycle:active 7800 -5000 2800",
                "lifecycle:inactive 4000 0 4000",
            ], "{model}");
            assert_eq!((&answer["sumsToTotal"], &answer["notes"]), (&json!(true), &json!([])), "{model}");
        }
        let answer = ask(&api, json!({"family": "lifecycle"})).await;
        let total = &answer["currencies"][0]["total"];
        assert_eq!((&total["purchases"], &total["refunds"], &total["buyers"]), (&json!(5), &json!(1), &json!(4)));
    }

    async fn revenue_by_week_adds_up_to_the_range(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({"family": "lifecycle", "by": "week"})).await;
        let weeks = answer["currencies"][0]["periods"].as_array().expect("weeks");
        let starts: Vec<_> = weeks.iter().map(|week| week["start"].as_str().expect("an instant")[..10].to_owned()).collect();
        assert_eq!(starts, ["2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16"]);
        let nets: Vec<_> = weeks.iter().map(|week| week["total"]["net"].as_i64().expect("a sum")).collect();
        assert_eq!((nets.as_slice(), nets.iter().sum::<i64>()), (&[0, 4_000, 7_000, -4_200][..], 6_800));
    }

    async fn revenue_of_those_who_entered_before_is_credited_within_the_time(world: World) {
        let api = example(&world).await;
        let params = json!({"segments": ["lifecycle:active"], "basis": "entered", "within": "5d", "model": "last"});
        let answer = ask(&api, params).await;
        // u3 entered on the 9th and bought before; u5 entered on the 12th and bought on the 14th; u2 entered on the 1st.
        assert_eq!(lines(&answer["currencies"][0])[0], "lifecycle:active 2000 0 2000");
        assert_eq!(answer["within"], "5d");
    }

    async fn revenue_refund_goes_back_where_its_purchase_went(world: World) {
        world.play_example().await;
        let eur = |minor| Some(Money { minor, currency: Currency::parse("EUR").expect("a code") });
        let refund = |id: &str, of: &str, minor| Event {
            occurred_at: at("2026-03-21T00:00:00Z"), amount: eur(minor), refund_of: Some(of.into()), ..event("u1", id, "purchase", 0, None)
        };
        // Of a purchase while inactive, and of one that is not known: u1 is active by then.
        world.record_events(&[refund("r1", "p1", -100), refund("r2", "unknown", -7)]).await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        let answer = ask(&api, json!({"family": "lifecycle"})).await;
        assert_eq!(lines(&answer["currencies"][0])[..2], [
            "lifecycle:active 7800 -5007 2793",
            "lifecycle:inactive 4000 -100 3900",
        ]);
    }

    async fn revenue_of_erased_users_stays_in_the_total(world: World) {
        let api = example(&world).await;
        world.erase_at(at(ASKED_AT), "u2").await;
        let answer = ask(&api, json!({"family": "lifecycle"})).await;
        assert_eq!(lines(&answer["currencies"][0])[2..], [
            "unattributed 0 0 0", "erased 5000 -5000 0", "total 11800 -5000 6800",
        ]);
    }

    async fn revenue_beyond_64_bits_is_refused(world: World) {
        let api = example(&world).await;
        let most = domain::event::LARGEST_AMOUNT;
        let eur = |minor| Some(Money { minor, currency: Currency::parse("EUR").expect("a code") });
        for user in ["u1", "u2", "u3"] {
            let events: Vec<_> = (0..4_600)
                .map(|number| Event {
                    occurred_at: at("2026-03-10T00:00:00Z"), amount: eur(most), ..event(user, &format!("m{number}"), "purchase", 0, None)
                })
                .collect();
            world.record_events(&events).await;
        }
        let range = json!({"family": "lifecycle", "from": "2026-03-01", "to": "2026-03-22"});
        let error = api.call(METHOD, range).await.expect_err("a sum of 64 bits");
        assert_eq!((error.code, error.message.as_str()), (-32049, "a sum is too large to be shown: ask about less time"));
    }

    async fn revenue_refuses_invalid_params_with_every_fault(world: World) {
        let api = example(&world).await;
        let range = json!({"from": "2026-03-01", "to": "2026-03-22"});
        for (params, expected) in [
            (json!({}), vec!["segments: is required, unless family is given"]),
            (
                json!({"segments": ["plan:pro"], "family": "plan", "basis": "entered", "from": "2026-03-22"}),
                vec![
                    "segments: cannot be used with family",
                    "within: is required with the basis entered",
                    "from: expected an instant before to",
                ],
            ),
            (json!({"family": "plan", "within": "5d"}), vec!["within: cannot be used with the basis member"]),
            (json!({"segments": ["plan:pro", "plan:gold"]}), vec!["segments[1]: names no segment"]),
            (json!({"family": "plan", "model": "first"}), vec!["model: expected one of \"full\", \"equal\", \"last\""]),
        ] {
            let error = api.call(METHOD, merged(range.clone(), params.clone())).await.expect_err("a refusal");
            assert_eq!(error.faults(), expected, "{params}");
        }
    }
}
