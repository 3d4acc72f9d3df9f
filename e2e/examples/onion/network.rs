//! A Tor network of its own on this machine: three authorities, three relays and a client. It reaches nothing else, and ends with its value.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

/// What all of them have: a network for tests, with everybody on one address.
const COMMON: &str = "TestingTorNetwork 1\nAssumeReachable 1\nPathsNeededToBuildCircuits 0.25\nTestingDirAuthVoteExit *\nTestingDirAuthVoteHSDir *\n\
    TestingDirAuthVoteGuard *\nEnforceDistinctSubnets 0\nExtendAllowPrivateAddresses 1\nClientRejectInternalAddresses 0\n\
    ClientDNSRejectInternalAddresses 0\nShutdownWaitLength 0\n";
/// Votes come every ten seconds instead of every hour.
const AUTHORITY: &str = "AuthoritativeDirectory 1\nV3AuthoritativeDirectory 1\nContactInfo nobody@line.example\nV3AuthNIntervalsValid 2\n\
    TestingV3AuthInitialVotingInterval 10\nV3AuthVotingInterval 10\nTestingV3AuthInitialVoteDelay 2\nV3AuthVoteDelay 2\n\
    TestingV3AuthInitialDistDelay 2\nV3AuthDistDelay 2\n";
const MEMBERS: usize = 3;

/// The running network.
pub(crate) struct Network {
    members: Vec<Child>,
    /// The port of the client's SOCKS proxy.
    pub(crate) socks: u16,
    /// What a tor needs in its configuration to be in this network.
    pub(crate) lines: String,
    _directory: tempfile::TempDir,
}

impl Drop for Network {
    fn drop(&mut self) {
        for member in &mut self.members {
            let _ = member.kill();
            let _ = member.wait();
        }
    }
}

fn output(program: &str, arguments: &[&str], input: &str) -> Result<String> {
    use std::io::Write;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{program} is not here: install Debian's package tor"))?;
    let mut stdin = child.stdin.take().context("its input")?;
    stdin.write_all(input.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{program} failed");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A member's directory with a configuration.
fn member(ground: &Path, name: &str, lines: &str) -> Result<PathBuf> {
    let directory = ground.join(name);
    std::fs::create_dir_all(directory.join("keys"))?;
    for path in [directory.clone(), directory.join("keys")] {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))?;
    }
    let file = directory.join("torrc");
    let text = format!(
        "DataDirectory {}\nLog warn file {0}/log\n{COMMON}{lines}",
        directory.display()
    );
    std::fs::write(&file, text)?;
    Ok(file)
}

fn start(file: &Path) -> Result<Child> {
    Ok(Command::new("tor")
        .args(["--defaults-torrc", "/dev/null", "-f"])
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?)
}

/// An authority's keys, and the line by which all others know it.
fn authority(
    ground: &Path,
    name: &str,
    (onion, directory_port): (u16, u16),
) -> Result<(PathBuf, String)> {
    let lines = format!(
        "Nickname {name}\nSocksPort 0\nAddress 127.0.0.1\nORPort 127.0.0.1:{onion}\nDirPort 127.0.0.1:{directory_port}\n{AUTHORITY}"
    );
    let file = member(ground, name, &lines)?;
    let keys = ground.join(name).join("keys");
    let path = |key: &str| keys.join(key).display().to_string();
    let arguments = [
        "--create-identity-key",
        "-m",
        "12",
        "-a",
        &format!("127.0.0.1:{directory_port}"),
        "-i",
        &path("authority_identity_key"),
        "-s",
        &path("authority_signing_key"),
        "-c",
        &path("authority_certificate"),
        "--passphrase-fd",
        "0",
    ];
    output("tor-gencert", &arguments, "only for this test\n")?;
    let certificate = std::fs::read_to_string(keys.join("authority_certificate"))?;
    let identity = certificate
        .lines()
        .find_map(|line| line.strip_prefix("fingerprint "));
    let identity = identity.context("the certificate's fingerprint")?;
    let nobody = format!("nobody 127.0.0.1:1 {}", "0".repeat(40));
    let torrc = file.display().to_string();
    let said = output(
        "tor",
        &[
            "--list-fingerprint",
            "--quiet",
            "-f",
            &torrc,
            "--DirAuthority",
            &nobody,
        ],
        "",
    )?;
    let relay = said.lines().last().and_then(|line| line.split_once(' '));
    let relay = relay.context("the relay's fingerprint")?.1.replace(' ', "");
    Ok((
        file,
        format!(
            "DirAuthority {name} orport={onion} no-v2 v3ident={identity} 127.0.0.1:{directory_port} {relay}\n"
        ),
    ))
}

impl Network {
    /// Starts it. It is up when its client gets an answer, which takes about half a minute.
    pub(crate) fn start() -> Result<Network> {
        let ground = tempfile::tempdir()?;
        let mut files = Vec::new();
        let mut lines = COMMON.to_owned();
        for number in 0..MEMBERS {
            let ports = (demo::free_port()?, demo::free_port()?);
            let (file, line) = authority(ground.path(), &format!("authority{number}"), ports)?;
            files.push(file);
            lines.push_str(&line);
        }
        let authorities = lines.trim_start_matches(COMMON).to_owned();
        for file in &files {
            let mut text = std::fs::read_to_string(file)?;
            let _ = write!(text, "{authorities}");
            std::fs::write(file, text)?;
        }
        for number in 0..MEMBERS {
            let name = format!("relay{number}");
            let port = demo::free_port()?;
            let own = format!(
                "Nickname {name}\nSocksPort 0\nAddress 127.0.0.1\nORPort 127.0.0.1:{port}\nExitPolicy reject *:*\n{authorities}"
            );
            files.push(member(ground.path(), &name, &own)?);
        }
        let socks = demo::free_port()?;
        files.push(member(
            ground.path(),
            "client",
            &format!("SocksPort 127.0.0.1:{socks}\n{authorities}"),
        )?);
        let mut network = Network {
            members: Vec::new(),
            socks,
            lines,
            _directory: ground,
        };
        for file in &files {
            network.members.push(start(file)?);
        }
        Ok(network)
    }
}
