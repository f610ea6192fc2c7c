//! Commands made of named steps. The first step that fails ends the command, with its name.

use std::time::Instant;

use anyhow::{Context, Result};

pub(crate) struct Step {
    name: &'static str,
    work: Box<dyn FnOnce() -> Result<()>>,
}

impl Step {
    pub(crate) fn new(name: &'static str, work: impl FnOnce() -> Result<()> + 'static) -> Self {
        Self { name, work: Box::new(work) }
    }
}

pub(crate) fn run(steps: Vec<Step>) -> Result<()> {
    let begun = Instant::now();
    let count = steps.len();
    for (number, step) in (1..).zip(steps) {
        eprintln!("── {number}/{count} {}", step.name);
        let step_begun = Instant::now();
        (step.work)().with_context(|| format!("step \"{}\" failed", step.name))?;
        eprintln!("── {} done in {:.1} s", step.name, step_begun.elapsed().as_secs_f32());
    }
    eprintln!("── all {count} steps done in {:.1} s", begun.elapsed().as_secs_f32());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use anyhow::bail;

    use super::*;

    #[test]
    fn the_first_failure_ends_it_and_is_named() {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let step = |name: &'static str, fails: bool| {
            let seen = Rc::clone(&seen);
            Step::new(name, move || {
                seen.borrow_mut().push(name);
                if fails { bail!("no luck") } else { Ok(()) }
            })
        };
        let error = run(vec![step("one", false), step("two", true), step("three", false)]).expect_err("two fails");
        assert_eq!(format!("{error:#}"), "step \"two\" failed: no luck");
        assert_eq!(*seen.borrow(), ["one", "two"]);
    }
}
