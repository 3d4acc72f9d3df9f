//! `footbridge page check` and `docs/operate/check-page.sh` on the same pages: as a relay serves them, older ones, and damaged ones.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use relay::{MemoryStore, Relay, Retention, Standing};
use serde_json::Value;
use server::{App, PageFile, PageFiles};
use statements::{CardSet, Delegation, DeviceKey, Root, RootKey, Warning, WarningAbout};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;
use wire::{Day, LineId, Minute};

const PAGE: &str = include_str!("../../page/web/index.html");
const TITLE: &str = "# Released pages of Footbridge, oldest first. docs/operate/release.md says how to check this list.";
const CARDS: &str = r#"{"cards": [
    {"id": "holds", "class": "general", "reviewed": "2020-01-01", "review_by": "9999-01-01",
        "sources": [{"title": "A & <b>", "publisher": "Office", "date_read": "2026-10-30", "kind": "primary"}],
        "texts": {"en": {"question": "Holds <script>?", "answer": "Yes.\nAnd on another line.", "never_do": "This > that"},
            "ko": {"question": "맞습니까?", "answer": "예.\n다음 줄."}}},
    {"id": "ended", "class": "general", "reviewed": "2020-01-01", "review_by": "2020-06-01",
        "texts": {"en": {"question": "Ended?", "answer": "No."}}}
]}"#;

#[allow(
    clippy::disallowed_methods,
    reason = "the command reads the real clock, so must its test"
)]
fn now() -> Minute {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Minute(u32::try_from(since.as_secs() / 60).unwrap())
}

/// A page of a version and a language, as a release would have it.
fn template(version: &str, tag: &str) -> String {
    let page = PAGE.replace("@tag@", tag);
    page.replace("@script@", &format!("// {version}"))
}

/// The page for letters, which has more in it.
fn letters_template(version: &str, tag: &str) -> String {
    template(&format!("{version} with letters"), tag)
}

/// What makes a list wrong.
type Wrong<'a> = Box<dyn Fn() + 'a>;

struct Ground {
    folder: tempfile::TempDir,
    address: String,
    line: LineId,
    _stop: oneshot::Sender<()>,
}

fn keygen(folder: &Path, arguments: &[&str]) {
    let mut command = std::process::Command::new("ssh-keygen");
    command.args(arguments).current_dir(folder);
    assert!(command.stdin(Stdio::null()).status().unwrap().success());
}

fn sum(text: &str) -> String {
    let mut child = std::process::Command::new("sha256sum")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap().stdout;
    String::from_utf8(output).unwrap()[..64].to_owned()
}

/// The list of these releases.
fn list(releases: &[(&str, &str)]) -> String {
    let mut text = format!("{TITLE}\n");
    for (version, date) in releases {
        let commit = "5c".repeat(20);
        text += &format!("# release {version} {date} commit {commit} rust 1.95.0\n");
        for tag in ["en", "ko-KP", "ko", "ru", "uk"] {
            if tag == "ru" {
                for tag in ["en", "ko-KP", "ko", "ru", "uk"] {
                    let letters = sum(&letters_template(version, tag));
                    text += &format!("{letters}  {version}/letters-{tag}.html\n");
                }
            }
            let document = sum(&template(version, tag));
            text += &format!(
                "{document}  {version}/{tag}.html\n{}  {version}/{tag}.json\n",
                "0".repeat(64)
            );
        }
    }
    text
}

/// A folder `releases` with three release keys, of which two have signed this list.
fn releases(folder: &Path, list: &str) {
    let folder = folder.join("releases");
    std::fs::create_dir(&folder).unwrap();
    let mut signers = "# threshold 2\n".to_owned();
    for name in ["ash", "birch", "willow"] {
        keygen(
            &folder,
            &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", name],
        );
        let key = std::fs::read_to_string(folder.join(format!("{name}.pub"))).unwrap();
        signers += &format!("{name} namespaces=\"footbridge-page\" {}\n", key.trim_end());
    }
    std::fs::write(folder.join("signers"), signers).unwrap();
    std::fs::write(folder.join("page.sums"), list).unwrap();
    for name in ["ash", "willow"] {
        sign(&folder, name, "footbridge-page");
    }
}

fn sign(folder: &Path, name: &str, purpose: &str) {
    let _ = std::fs::remove_file(folder.join("page.sums.sig"));
    keygen(
        folder,
        &["-Y", "sign", "-q", "-f", name, "-n", purpose, "page.sums"],
    );
    let to = folder.join(format!("page.sums.{name}.sig"));
    std::fs::rename(folder.join("page.sums.sig"), to).unwrap();
}

impl Ground {
    /// A relay with a warning and cards, which serves the page of this version; two versions are on the signed list.
    async fn new(served: &str) -> Ground {
        let root_key = RootKey::from_seed(&[1; 32]);
        let root = Root::new(1, vec![root_key.public()]).unwrap();
        let line = root.line_id();
        let coordinator = DeviceKey::from_seed(&[2; 32]);
        let days = (Day(0), Day(u32::MAX));
        let delegation = Delegation::draft(line, 1, days, 1, &[coordinator.public()]);
        let delegation = delegation.sign_by_root(&root_key).done();
        let mut standing = Standing::new(root, &delegation).unwrap();
        let warning = Warning {
            serial: 1,
            issued: now(),
            until: now().day().plus(3),
            about: WarningAbout::FakeEntrance,
            address: "https://l1ne.example".into(),
        };
        for draft in [
            CardSet::draft(line, 1, now().day(), CARDS),
            warning.draft(line),
        ] {
            let statement = draft.sign_by_device(&coordinator).done();
            standing.accept(&statement, now()).unwrap();
        }
        let relay = Relay::open(
            MemoryStore::default(),
            standing,
            Retention::default(),
            now(),
        );
        let document = |name: &str, text: String| PageFile {
            path: format!("/{name}.html"),
            content_type: "text/html; charset=utf-8",
            bytes: text.into_bytes(),
            brotli: None,
        };
        let files = [
            document("en", template(served, "en")),
            document("ko", template(served, "ko")),
            document("letters-ko", letters_template(served, "ko")),
        ];
        let app = App::new(relay.await.unwrap(), PageFiles::new(files.into()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server::serve(listener, app, None, async {
            let _ = stopped.await;
        }));
        let folder = tempfile::tempdir().unwrap();
        releases(
            folder.path(),
            &list(&[
                ("0.0.9", "2026-10-01"),
                (env!("CARGO_PKG_VERSION"), "2026-11-26"),
            ]),
        );
        Ground {
            folder,
            address,
            line,
            _stop: stop,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn command(&self, page: &str, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge"));
        command
            .args(["page", "check", page])
            .args(more)
            .current_dir(self.folder.path());
        command.stdin(Stdio::null()).output().await.unwrap()
    }

    async fn script(&self, page: &str) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operate/check-page.sh");
        let mut command = Command::new("sh");
        command
            .arg(script)
            .args([page, "releases"])
            .current_dir(self.folder.path());
        command.stdin(Stdio::null()).output().await.unwrap()
    }

    async fn object(&self, page: &str, more: &[&str]) -> (Option<i32>, Value) {
        let output = self.command(page, &[&["--json"], more].concat()).await;
        let found = serde_json::from_slice(&output.stdout);
        (
            output.status.code(),
            found.unwrap_or_else(|_| panic!("{}", said(&output))),
        )
    }

    /// Whether both call it the newest, and that both say the same.
    async fn is_newest(&self, page: &str) -> bool {
        let (command, script) = (self.command(page, &[]).await, self.script(page).await);
        let same = (command.status.code(), script.status.code());
        assert!(
            matches!(same, (Some(0), Some(0)) | (Some(1), Some(1))),
            "{page}: {} {}",
            said(&command),
            said(&script)
        );
        command.status.success()
    }

    /// The page as it is served, in a file.
    async fn saved(&self, tag: &str) -> String {
        let relay = client::RelayClient::new(&self.address).unwrap();
        let page = relay.page(tag).await.unwrap();
        std::fs::write(self.path("saved.html"), &page).unwrap();
        String::from_utf8(page.to_vec()).unwrap()
    }
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[tokio::test]
async fn a_served_page_is_found_released_with_its_line_and_its_answers() {
    let ground = Ground::new(env!("CARGO_PKG_VERSION")).await;
    let words = words::check_words(words::List::Korean, &ground.line.0).join(" ");
    let address = format!("{}/ko", ground.address);
    let (code, found) = ground.object(&address, &["--words", &words]).await;
    assert_eq!(code, Some(0), "{found}");
    assert_eq!(found["verdict"], "newest");
    assert_eq!(found["language"], "ko");
    assert_eq!(found["check_words"]["ko"], words);
    assert_eq!(
        (
            &found["compared"],
            &found["warning_compared"],
            &found["answers_as_signed"]
        ),
        (&true.into(), &true.into(), &true.into())
    );
    ground.saved("en").await;
    let letters = format!("{}/letters/ko", ground.address);
    let (code, found) = ground.object(&letters, &[]).await;
    assert_eq!(
        (code, &found["language"]),
        (Some(0), &"ko".into()),
        "{found}"
    );
    for page in ["saved.html", &ground.address, &address, &letters] {
        assert!(ground.is_newest(page).await, "{page}");
    }
    let script = said(&ground.script(&address).await);
    assert!(script.contains(&words), "{script}");
    let (_, found) = ground.object("saved.html", &[]).await;
    assert_eq!(
        (&found["compared"], &found["answers_as_signed"]),
        (&false.into(), &Value::Null)
    );
    let (_, found) = ground
        .object("saved.html", &["--relay", &ground.address])
        .await;
    assert_eq!(found["answers_as_signed"], true);
    let other = "0".repeat(64);
    let (code, found) = ground.object("saved.html", &["--line", &other]).await;
    assert_eq!((code, &found["verdict"]), (Some(1), &"none".into()));
    assert_eq!(found["why"], "it is a page of another line");
}

#[tokio::test]
async fn an_entrance_that_serves_an_old_page_is_told_apart() {
    let ground = Ground::new("0.0.9").await;
    let address = format!("{}/en", ground.address);
    assert!(!ground.is_newest(&address).await);
    let (code, found) = ground.object(&address, &[]).await;
    assert_eq!(
        (code, &found["verdict"], &found["version"]),
        (Some(1), &"old".into(), &"0.0.9".into())
    );
    assert_eq!(found["newest"]["version"], env!("CARGO_PKG_VERSION"));
    let (command, script) = (
        ground.command(&address, &[]).await,
        ground.script(&address).await,
    );
    for output in [command, script] {
        assert!(
            said(&output).contains("OLD: ") && said(&output).contains("ype nothing into"),
            "{}",
            said(&output)
        );
    }
}

#[tokio::test]
async fn each_damage_to_a_page_is_found_by_the_command_and_by_public_tools() {
    let ground = Ground::new(env!("CARGO_PKG_VERSION")).await;
    let right = ground.saved("en").await;
    assert!(ground.is_newest("saved.html").await);
    let line = right
        .split("id=\"line\">\n")
        .nth(1)
        .unwrap()
        .split('\n')
        .next()
        .unwrap();
    let in_answers = |more: &str| {
        right.replacen(
            "<div id=\"cards-list\">\n",
            &format!("<div id=\"cards-list\">\n{more}"),
            1,
        )
    };
    let warned = "<p id=\"warned-of\">";
    let moved = right.replacen("<!--warning-->\n", "", 1).replacen(
        "<section id=\"cards\"",
        "<!--warning-->\n<section id=\"cards\"",
        1,
    );
    let damaged = [
        right.replacen("// 0.1.0", "// 0.1.1", 1),
        right.replacen("<script>", "<script >", 1),
        right.replacen("</body>", "<script>1</script>\n</body>", 1),
        right.replacen("@policy@", "script-src *", 1),
        right.replacen("data-pace=\"6000\"", "data-pace=\"6000\" onload=\"1\"", 1),
        right.replacen("data-pace=\"6000\"", "data-pace=\"06\"", 1),
        right.replacen("data-pace=\"6000\"", "data-pace=\"6\n0\"", 1),
        in_answers("<script>1</script>"),
        in_answers("<img src=x onerror=1>"),
        in_answers("<p onclick=\"1\">x</p>"),
        in_answers("<a href=\"https://fake.example\">x</a>"),
        in_answers("<form action=x><input></form>"),
        in_answers("<iframe src=x></iframe>"),
        in_answers("<style>*{display:none}</style>"),
        in_answers("<meta http-equiv=\"refresh\" content=\"0;url=x\">"),
        in_answers("</div></section>"),
        in_answers("<details lang=\"en\" data-testid=\"card\" data-standing=\"live\">"),
        in_answers("<p class=\"small\" lang=\"*\">x</p>"),
        in_answers("x\n"),
        in_answers("a\u{1b}b"),
        in_answers("<!--"),
        right.replacen(warned, &format!("{warned}<b>x</b>"), 1),
        right.replacen("<div id=\"warned\"", "<p>x</p><div id=\"warned\"", 1),
        right.replacen("<p id=\"ends-said\">", "<p id=\"ends-said\"><b>x</b>", 1),
        right.replacen("<div id=\"ends\"", "<p>x</p><div id=\"ends\"", 1),
        right.replacen("check-words\">\n", "check-words\">\n<b>x</b>", 1),
        right.replacen(line, "AAAA</script><script>1</script>", 1),
        right.replacen(line, &format!("{line}A"), 1),
        right.replacen(line, "", 1),
        moved,
        right.replacen("<!--warning-->", "<!--warning-->\n<!--warning-->", 1),
        right.replacen("<main>", "<main>\n<div id=\"cards-list\">\nx", 1),
        right.trim_end().to_owned(),
        right.clone() + "\n",
        right.replacen("<html", "<html\0", 1),
        right[..right.len() / 2].to_owned(),
        template(env!("CARGO_PKG_VERSION"), "en"),
        String::new(),
    ];
    for (number, page) in damaged.iter().enumerate() {
        assert_ne!(*page, right, "{number}");
        std::fs::write(ground.path("damaged.html"), page).unwrap();
        assert!(!ground.is_newest("damaged.html").await, "{number}");
        let (_, found) = ground.object("damaged.html", &[]).await;
        assert_eq!(found["verdict"], "none", "{number}");
    }
    // What only our command can see: words, a warning and answers that are not the line's.
    let words = words::check_words(words::List::English, &ground.line.0).join(" ");
    for (one, other, why) in [
        (
            words.as_str(),
            "five words of a forger",
            "the check words that it shows are not those of the line in it",
        ),
        (
            "https://l1ne.example",
            "https://line.example",
            "the warning that it shows is not what its line says",
        ),
        (
            line,
            "AAAA",
            "the line in it cannot be believed: the line's document has no root or delegation",
        ),
    ] {
        std::fs::write(ground.path("damaged.html"), right.replacen(one, other, 1)).unwrap();
        let (code, found) = ground.object("damaged.html", &[]).await;
        assert_eq!((code, &found["why"]), (Some(1), &why.into()));
    }
    std::fs::write(
        ground.path("damaged.html"),
        in_answers("<p>Go to the bridge at five.</p>"),
    )
    .unwrap();
    let (code, found) = ground
        .object("damaged.html", &["--relay", &ground.address])
        .await;
    assert_eq!(
        (code, &found["answers_as_signed"]),
        (Some(1), &false.into())
    );
}

#[tokio::test]
async fn a_list_that_too_few_or_the_wrong_ones_signed_is_not_believed() {
    let ground = Ground::new(env!("CARGO_PKG_VERSION")).await;
    ground.saved("en").await;
    let folder = ground.path("releases");
    let file = |name: &str| folder.join(name);
    let signers = std::fs::read_to_string(file("signers")).unwrap();
    let right = std::fs::read_to_string(file("page.sums")).unwrap();
    let willow = std::fs::read(file("page.sums.willow.sig")).unwrap();
    let ash = std::fs::read(file("page.sums.ash.sig")).unwrap();
    let restore = || {
        for (name, bytes) in [
            ("signers", signers.as_bytes()),
            ("page.sums", right.as_bytes()),
            ("page.sums.willow.sig", &willow),
            ("page.sums.ash.sig", &ash),
        ] {
            std::fs::write(file(name), bytes).unwrap();
        }
        let _ = std::fs::remove_file(file("page.sums.birch.sig"));
        let _ = std::fs::remove_file(file("page.sums.other.sig"));
    };
    let without_newest = right.split("# release 0.1.0").next().unwrap().to_owned();
    let wrongs: [(&str, Wrong<'_>); 9] = [
        (
            "a byte of the list",
            Box::new(|| {
                std::fs::write(
                    file("page.sums"),
                    right.replacen("0.0.9/en.html", "0.0.9/en.htm1", 1),
                )
                .unwrap()
            }),
        ),
        (
            "an older list under newer signatures",
            Box::new(|| std::fs::write(file("page.sums"), &without_newest).unwrap()),
        ),
        (
            "one signature only",
            Box::new(|| std::fs::remove_file(file("page.sums.willow.sig")).unwrap()),
        ),
        (
            "the same signature twice",
            Box::new(|| std::fs::write(file("page.sums.willow.sig"), &ash).unwrap()),
        ),
        (
            "a third that is wrong",
            Box::new(|| std::fs::write(file("page.sums.birch.sig"), &ash).unwrap()),
        ),
        (
            "a stranger's",
            Box::new(|| std::fs::write(file("page.sums.other.sig"), &ash).unwrap()),
        ),
        (
            "for another purpose",
            Box::new(|| sign(&folder, "willow", "file")),
        ),
        (
            "an unknown key",
            Box::new(|| {
                let left: Vec<&str> = signers
                    .lines()
                    .filter(|line| !line.starts_with("willow"))
                    .collect();
                std::fs::write(file("signers"), left.join("\n") + "\n").unwrap();
            }),
        ),
        (
            "no threshold",
            Box::new(|| {
                std::fs::write(file("signers"), signers.replacen("# threshold 2\n", "", 1)).unwrap()
            }),
        ),
    ];
    for (name, wrong) in &wrongs {
        restore();
        assert!(ground.is_newest("saved.html").await, "before {name}");
        wrong();
        assert!(!ground.is_newest("saved.html").await, "{name}");
        let found = ground.command("saved.html", &[]).await;
        assert!(
            !said(&found).contains("NO RELEASED PAGE"),
            "{name} is a fault of the list, not of the page"
        );
    }
    restore();
    std::fs::write(file("page.sums"), right.clone() + "\n").unwrap();
    for name in ["ash", "willow"] {
        sign(&folder, name, "footbridge-page");
    }
    let found = ground.command("saved.html", &[]).await;
    assert!(
        said(&found).contains("line 34 of the list of releases"),
        "{}",
        said(&found)
    );
}
