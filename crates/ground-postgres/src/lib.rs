//! A PostgreSQL of a test's own: a cluster in a temporary directory, reached by a Unix socket, gone with the value. For tests only.
//!
//! PostgreSQL refuses to run as root, so a root's test runs it as the user `postgres` or `nobody`, who then owns the directory.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// What a test is told that finds no PostgreSQL.
const MISSING: &str = "this test needs PostgreSQL's server programs (initdb, postgres) on the path or under /usr/lib/postgresql: \
    `cargo xtask setup` installs them";

/// How often a server is asked whether it is up.
const PATIENCE: u32 = 600;

/// A running cluster.
pub struct Ground {
    directory: TempDir,
    server: Option<Child>,
}

/// Where PostgreSQL's programs are: on the path, or the newest of Debian's versions.
fn program(name: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        let mut versions: Vec<PathBuf> = versions.flatten().map(|entry| entry.path()).collect();
        versions.sort();
        places.extend(
            versions
                .into_iter()
                .rev()
                .map(|version| version.join("bin")),
        );
    }
    let programs = places.into_iter().map(|place| place.join(name));
    let found = programs.into_iter().find(|program| program.is_file());
    found.ok_or_else(|| MISSING.to_owned())
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The user and group that own a root's cluster; none for anybody else, whose cluster is their own.
fn owner() -> Option<(u32, u32)> {
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let ids = |user| Some((id(&["-u", user])?, id(&["-g", user])?));
    ids("postgres").or_else(|| ids("nobody"))
}

fn command(name: &str) -> Result<Command, String> {
    let program = program(name)?;
    let mut command = match owner() {
        None => Command::new(program),
        Some((user, group)) => {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid", &user.to_string(), "--regid", &group.to_string()])
                .arg("--clear-groups")
                .arg(program);
            command
        }
    };
    // The directory that a test runs in may be closed to the other user.
    command.current_dir("/").stdin(Stdio::null());
    Ok(command)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

impl Ground {
    /// A new cluster, running, with the settings of `extra` (`name=value`) besides its own.
    ///
    /// # Errors
    /// What is missing, or what PostgreSQL said.
    pub fn start(extra: &[&str]) -> Result<Ground, String> {
        Ground::initialise(Ground::empty()?, extra)
    }

    /// The same below a directory, such as that of another disk.
    ///
    /// # Errors
    /// As [`Ground::start`].
    pub fn start_in(parent: &Path, extra: &[&str]) -> Result<Ground, String> {
        let directory = tempfile::tempdir_in(parent).map_err(|error| error.to_string())?;
        Ground::initialise(Ground::owned(directory)?, extra)
    }

    fn initialise(mut ground: Ground, extra: &[&str]) -> Result<Ground, String> {
        let mut initdb = command("initdb")?;
        initdb
            .args(["--username", "line", "--auth", "trust", "--no-sync"])
            .args(["--encoding", "UTF8", "--locale", "C", "--pgdata"])
            .arg(ground.data());
        run(&mut initdb)?;
        ground.go(extra)?;
        Ok(ground)
    }

    fn empty() -> Result<Ground, String> {
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        Ground::owned(directory)
    }

    fn owned(directory: TempDir) -> Result<Ground, String> {
        if let Some((user, group)) = owner() {
            std::os::unix::fs::chown(directory.path(), Some(user), Some(group))
                .map_err(|error| error.to_string())?;
        }
        Ok(Ground {
            directory,
            server: None,
        })
    }

    /// A synchronous standby of this cluster, running: a copy by `pg_basebackup` that streams under the name `standby`.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub fn standby(&self) -> Result<Ground, String> {
        let mut standby = Ground::empty()?;
        let mut copy = command("pg_basebackup")?;
        copy.args([
            "--write-recovery-conf",
            "--checkpoint",
            "fast",
            "--no-sync",
            "--dbname",
        ])
        .arg(format!(
            "{} application_name=standby",
            self.words("postgres")
        ))
        .arg("--pgdata")
        .arg(standby.data());
        run(&mut copy)?;
        standby.go(&[])?;
        Ok(standby)
    }

    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub fn go(&mut self, extra: &[&str]) -> Result<(), String> {
        let mut server = command("postgres")?;
        server.arg("-D").arg(self.data());
        let socket = format!("unix_socket_directories={}", self.socket().display());
        let own = ["listen_addresses=", socket.as_str(), "shared_buffers=64MB"];
        for setting in own.iter().chain(extra) {
            server.args(["-c", setting]);
        }
        let server = server.stderr(Stdio::null()).stdout(Stdio::null()).spawn();
        self.server = Some(server.map_err(|error| error.to_string())?);
        for _ in 0..PATIENCE {
            if run(command("pg_isready")?
                .arg("-q")
                .arg("--dbname")
                .arg(self.words("postgres")))
            .is_ok()
            {
                return Ok(());
            }
            wait();
        }
        Err("PostgreSQL does not come up".into())
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// The directory of the server's socket.
    pub fn socket(&self) -> &Path {
        self.directory.path()
    }

    fn words(&self, database: &str) -> String {
        format!(
            "host={} user=line dbname={database}",
            self.socket().display()
        )
    }

    /// How to reach a database of it, as PostgreSQL writes that.
    pub fn url(&self, database: &str) -> String {
        let socket = self.socket().display().to_string().replace('/', "%2F");
        format!("postgresql://line@{socket}/{database}")
    }

    /// Runs SQL as the owner and gives back what it printed, without headings.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = command("psql")?;
        psql.args([
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--set",
            "ON_ERROR_STOP=1",
        ])
        .args(["--command", sql])
        .arg(self.words(database));
        let output = psql.output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// A new, empty database.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub fn create(&self, database: &str) -> Result<String, String> {
        self.sql("postgres", &format!("CREATE DATABASE {database}"))?;
        Ok(self.url(database))
    }

    /// Ends the server at once, as a power cut would end its processes.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            // Its other processes end as soon as they find that this one is gone.
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// Ends the server at once, and leaves its files where they are.
    pub fn leave(mut self) {
        self.kill();
        self.directory.disable_cleanup(true);
    }

    /// Makes a standby a primary.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub fn promote(&self) -> Result<(), String> {
        self.sql("postgres", "SELECT pg_promote()").map(|_| ())
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a server that comes up tells nobody; only asking again tells"
)]
fn wait() {
    std::thread::sleep(Duration::from_millis(50));
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.kill();
    }
}
