//! `segmentation-engine report`.

use integration_tests::{Program, on_both_databases};

on_both_databases! {
    async fn report_command_prints_a_sentence_a_table_and_what_to_know(world: World) {
        world.play_example().await;
        let conversion = [
            "report", "conversion", "--segment", "lifecycle:inactive", "--purchase", "--within", "7d", "--from", "2026-03-02",
            "--to", "2026-03-22", "--as-of", "2026-03-24T00:00:00Z",
        ];
        let ended = Program::engine(&world.test_database.url).args(conversion).run().expect(0);
        assert_eq!(ended.output.lines().collect::<Vec<_>>(), [
            "1 of 2 who entered lifecycle:inactive from 2026-03-02 to 2026-03-22 bought within 7 days: 50.00 % (9.45 to 90.55).",
            "1 more is still within the 7 days.",
            "start                 complete  entered  part  of  percent    low    high  pending",
            "2026-03-02T00:00:00Z  true            1     1   1   100.00  20.65  100.00        0",
            "2026-03-09T00:00:00Z  true            0     0   0        –      –       –        0",
            "2026-03-16T00:00:00Z  true            2     0   1     0.00   0.00   79.35        1",
        ]);
        let early = ["report", "as-of", "--segment", "plan:free", "--a", "2026-02-01", "--b", "2026-03-22"];
        let ended = Program::engine(&world.test_database.url).args(early).run().expect(0);
        assert!(ended.output.starts_with("0 users were members both at 2026-02-01T00:00:00Z"), "{}", ended.output);
        assert!(ended.errors.contains("The history of plan:free begins at 2026-03-01T00:00:00Z"), "{}", ended.errors);
    }

    async fn report_command_refuses_what_the_api_refuses(world: World) {
        world.play_example().await;
        for (arguments, said) in [
            (vec!["overlap", "--segment", "plan:pro"], "segments: expected at least 2 items"),
            (vec!["flow", "--at", "2026-03-01"], "at: expected at least 2 items"),
            (vec!["overlap", "--segment", "plan:pro", "--segment", "plan:gold"], "segments[1]: names no segment"),
            (
                vec!["as-of", "--segment", "plan:pro", "--a=-5000-01-01", "--b", "2026-3-1"],
                "a: expected an RFC 3339 time, or a date such as 2026-03-01; b: expected",
            ),
        ] {
            let ended = Program::engine(&world.test_database.url).args(["report"]).args(&arguments).run();
            assert!(ended.code == 2 && ended.errors.contains(said), "{arguments:?}: {}", ended.errors);
        }
        let many: Vec<_> = (0..65).flat_map(|number| ["--segment".to_owned(), format!("custom:c{number}")]).collect();
        let ended = Program::engine(&world.test_database.url).args(["report", "overlap"]).args(&many).run();
        assert!(ended.code == 2 && ended.errors.contains("segments: expected at most 50 items"), "{}", ended.errors);
    }
}
