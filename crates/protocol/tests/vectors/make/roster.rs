//! What the roster decides, and revocations of coordinators.

use statements::{
    Act, Membership, Permission, Profile, RemovalReason, Revocation, RosterAction, Stage,
};
use wire::{Day, LineId};

use super::Topic;
use super::public::{Trust, by, deciding, device};

/// A vector's name, and what is spoilt in it.
type Spoilt<T> = (&'static str, fn(&mut T));

pub(super) fn revocation(line: LineId, serial: u32, of: u8, signers: &[u8]) -> Vec<u8> {
    let revocation = Revocation {
        serial,
        device: device(of).public(),
    };
    by(revocation.draft(line), signers)
}

fn permission() -> Permission {
    Permission {
        act: Act::Answer,
        authority: "The association".into(),
        document: "minutes 7".into(),
        scope: "this line".into(),
        from: Day(20_100),
        until: Day(20_200),
    }
}

fn membership() -> Membership {
    Membership {
        stage: Stage::Senior,
        until: Day(20_300),
        work_name: "왜가리".into(),
        profile: Profile {
            languages: vec!["ko".into(), "ru".into()],
            dialects: vec!["Hamgyong".into()],
            topics: vec!["family".into()],
            branch: "engineers".into(),
            years: 9,
            outside: 5,
        },
    }
}

pub(super) fn decisions(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    let all = [
        (
            "roster-admit-with-permission",
            RosterAction::Admit(membership(), vec![permission()]),
            vec![11, 13],
        ),
        (
            "roster-change",
            RosterAction::Change(membership()),
            vec![12, 13],
        ),
        (
            "roster-permit",
            RosterAction::Permit(permission()),
            vec![11, 12],
        ),
        (
            "roster-remove-by-one",
            RosterAction::Remove(RemovalReason::Lost),
            vec![12],
        ),
        (
            "roster-withdraw-by-one",
            RosterAction::Withdraw(Act::Answer),
            vec![13],
        ),
        (
            "roster-ask-by-one",
            RosterAction::Ask(permission()),
            vec![11],
        ),
    ];
    for (name, action, signers) in all {
        let statement = by(deciding(line, action), &signers);
        topic.accept(name, "P33", trust.inputs("roster entry", &statement));
    }
    let mut reject = |name: &str, rule: &str, action: RosterAction, signers: &[u8], why: &str| {
        let statement = by(deciding(line, action), signers);
        topic.reject(name, rule, trust.inputs("roster entry", &statement), why);
    };
    for (name, action) in [
        ("roster-change-by-one", RosterAction::Change(membership())),
        ("roster-permit-by-one", RosterAction::Permit(permission())),
    ] {
        reject(name, "P48", action, &[11], "Signatures");
    }
    reject(
        "roster-remove-by-a-guide",
        "P48",
        RosterAction::Remove(RemovalReason::Leaves),
        &[31],
        "Signatures",
    );
    let wrong: [Spoilt<Permission>; 5] = [
        ("permission-without-an-authority", |p| p.authority.clear()),
        ("permission-ends-before-it-begins", |p| {
            p.until = Day(20_099)
        }),
        ("permission-authority-too-long", |p| {
            p.authority = "a".repeat(81)
        }),
        ("permission-scope-turns-direction", |p| {
            p.scope = "a\u{202e}b".into()
        }),
        ("permission-document-with-a-control", |p| {
            p.document = "a\u{7}b".into()
        }),
    ];
    for (name, change) in wrong {
        let mut permission = permission();
        change(&mut permission);
        reject(
            name,
            "P33",
            RosterAction::Permit(permission),
            &[11, 12],
            "Rule",
        );
    }
    reject(
        "roster-seven-permissions",
        "P33",
        RosterAction::Admit(membership(), vec![permission(); 7]),
        &[11, 12],
        "Rule",
    );
    let wrong: [Spoilt<Profile>; 3] = [
        ("profile-seven-languages", |p| {
            p.languages = vec!["ko".into(); 7]
        }),
        ("profile-branch-too-long", |p| p.branch = "b".repeat(81)),
        ("profile-topic-with-a-line-feed", |p| {
            p.topics = vec!["a\nb".into()]
        }),
    ];
    for (name, change) in wrong {
        let mut membership = membership();
        change(&mut membership.profile);
        reject(
            name,
            "P33",
            RosterAction::Change(membership),
            &[11, 12],
            "Rule",
        );
    }
    let set = by(super::public::cards(line), &[12]);
    topic.reject(
        "card-set-by-one-of-two",
        "P48",
        trust.inputs("card set", &set),
        "Signatures",
    );
}

pub(super) fn revocations(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    let inputs = |statement: &[u8]| trust.inputs("revocation", statement);
    topic.accept("revocation", "P49", inputs(&revocation(line, 4, 12, &[11])));
    let mut reject = |name: &str, statement: Vec<u8>, why: &str| {
        topic.reject(name, "P49", inputs(&statement), why);
    };
    reject(
        "revocation-by-the-device-itself",
        revocation(line, 4, 12, &[12]),
        "Signatures",
    );
    reject(
        "revocation-by-a-guide",
        revocation(line, 4, 12, &[31]),
        "Signatures",
    );
    reject(
        "revocation-of-another-delegation",
        revocation(line, 5, 12, &[11]),
        "Rule",
    );
    reject(
        "revocation-of-nobody-in-it",
        revocation(line, 4, 31, &[11]),
        "Rule",
    );
    reject(
        "revocation-of-another-line",
        revocation(LineId([9; 32]), 4, 12, &[11]),
        "Line",
    );
}
