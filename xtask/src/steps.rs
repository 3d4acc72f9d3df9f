//! The steps of a longer command: each is announced, and at the end stands what became of all.

use std::time::{Duration, Instant};

use anyhow::{Error, Result, bail};

/// What became of each step so far.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<(&'static str, Duration, Option<Error>)>,
}

impl Steps {
    /// Does a step, whatever became of those before. Gives whether it succeeded.
    #[allow(
        clippy::disallowed_methods,
        reason = "only to say how long a step took"
    )]
    pub(crate) fn run(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> bool {
        eprintln!("{name}");
        let begin = Instant::now();
        let error = work().err();
        let succeeded = error.is_none();
        self.done.push((name, begin.elapsed(), error));
        succeeded
    }

    /// The summary: a line for each step.
    fn summary(&self) -> String {
        let lines = self.done.iter().map(|(name, time, error)| {
            let seconds = time.as_secs();
            match error {
                None => format!("  done    {seconds:4} s  {name}\n"),
                Some(error) => format!("  FAILED  {seconds:4} s  {name}: {error:#}\n"),
            }
        });
        lines.collect()
    }

    /// Prints the summary.
    ///
    /// # Errors
    /// When a step failed.
    pub(crate) fn finish(self) -> Result<()> {
        eprint!("\nsummary\n{}", self.summary());
        let failed = self.done.iter().filter(|(_, _, error)| error.is_some());
        match failed.count() {
            0 => Ok(()),
            1 => bail!("one step failed"),
            count => bail!("{count} steps failed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_whole_and_the_others_are_still_done() {
        let mut steps = Steps::default();
        assert!(steps.run("one", || Ok(())));
        assert!(!steps.run("two", || bail!("it rained")));
        assert!(steps.run("three", || Ok(())));
        let summary = steps.summary();
        assert!(
            summary.contains("two: it rained") && summary.contains("three"),
            "{summary}"
        );
        assert!(steps.finish().is_err());
    }

    #[test]
    fn nothing_failed_is_success() {
        let mut steps = Steps::default();
        steps.run("one", || Ok(()));
        assert!(steps.finish().is_ok());
    }
}
