//! Completions and manual pages, which both programs write from the definition of their command line.

use std::{fs, process::Command};

use integration_tests::Program;

type Named = fn(&str) -> Program;

/// Each with some of its commands.
const PROGRAMS: [(&str, Named, &[&str]); 2] = [
    ("segmentation-engine", Program::engine, &["run", "import", "sync", "report"]),
    ("rpc-server", Program::server, &["serve", "token-create", "health"]),
];

/// Without a database: none is made.
fn output(program: Named, arguments: &[&str]) -> String {
    program("sqlite:///nowhere/audience.sqlite").args(arguments).run().expect(0).output
}

#[test]
fn completions_name_every_command() {
    for (name, program, _) in PROGRAMS {
        let help = output(program, &["--help"]);
        let commands = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
        let commands: Vec<_> = commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert!(commands.len() > 3, "{help}");
        for shell in ["bash", "zsh", "fish"] {
            let script = output(program, &["completions", shell]);
            for command in &commands {
                assert!(script.contains(command), "{name} {shell} {command}");
            }
        }
    }
}

#[test]
fn completions_of_bash_complete() {
    let script = output(Program::engine, &["completions", "bash"]);
    let ask = "COMP_WORDS=(segmentation-engine run --incr) COMP_CWORD=2; \
               function=$(complete -p segmentation-engine | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
               $function segmentation-engine --incr run; echo \"${COMPREPLY[@]}\"";
    let ended = Command::new("bash").args(["-c", &format!("{script}\n{ask}")]).output().expect("bash starts");
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "--incremental\n", "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn manual_pages_cover_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, program, commands) in PROGRAMS {
        let written = folder.path().join(name).join("man1");
        output(program, &["man-pages", written.to_str().expect("a path in UTF-8")]);
        let page = fs::read_to_string(written.join(format!("{name}.1"))).expect("the page of the program");
        assert!(page.contains(".SH NAME") && page.contains("DATABASE_URL"), "{page}");
        for command in commands {
            let page = fs::read_to_string(written.join(format!("{name}-{command}.1"))).expect(command);
            assert!(page.contains(".SH OPTIONS"), "{page}");
        }
    }
}
