//! Running other programs, from the project's root.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The project's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Runs a program and fails when it does.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<()> {
    run_command(Command::new(program).args(arguments), program, arguments)
}

/// As [`run`], with one more variable in the program's environment.
pub(crate) fn run_with(program: &str, arguments: &[&str], variable: (&str, &str)) -> Result<()> {
    let mut command = Command::new(program);
    run_command(
        command.args(arguments).env(variable.0, variable.1),
        program,
        arguments,
    )
}

fn run_command(command: &mut Command, program: &str, arguments: &[&str]) -> Result<()> {
    let status = command
        .current_dir(root())
        .status()
        .with_context(|| format!("can't run {program}"))?;
    if !status.success() {
        bail!("{program} {} failed", arguments.join(" "));
    }
    Ok(())
}

/// What a program prints, if it runs and succeeds.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be run.
pub(crate) fn has(program: &str, argument: &str) -> bool {
    output(program, &[argument]).is_some()
}

/// The files that git tracks or would track, as paths from the root.
pub(crate) fn tracked_files() -> Result<Vec<String>> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let listed = output("git", &arguments).context("git can't list the files")?;
    let exists = |path: &&str| root().join(path).is_file();
    Ok(listed.lines().filter(exists).map(str::to_owned).collect())
}

/// Reads a file of the project.
pub(crate) fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(root().join(path)).with_context(|| format!("can't read {path}"))
}
