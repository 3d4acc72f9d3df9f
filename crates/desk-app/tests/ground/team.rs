//! A team on this ground: its coordinator, its guides, its shift.

use client::RelayClient;
use desk::{CaseLabel, Command};
use desk_app::{Connection, Running};
use statements::{Act, Delegation, DevicePublicKey, Permission, Profile, Root, RootKey, Stage};
use wire::Day;

use super::{Ground, now, until};

/// A card that was checked today, and one whose check is long over.
fn cards() -> String {
    let today = now().day();
    let (reviewed, review_by) = (record::date_of(today), record::date_of(today.plus(90)));
    let card = |id: &str, class: &str, dates: (&str, &str), answer: &str| {
        format!(
            r#"{{"id":"{id}","class":"{class}","reviewed":"{}","review_by":"{}","sources":[{{"kind":"primary"}}],
            "texts":{{"ko":{{"question":"Q","answer":"{answer}","known":"K","not_known":"N"}}}}}}"#,
            dates.0, dates.1
        )
    };
    let fresh = card("fresh", "general", (&reviewed, &review_by), "A card.");
    let stale = card("stale", "law", ("2020-01-01", "2020-02-01"), "Old.");
    format!(
        r#"{{"demonstration":true,"headings":{{"ko":{{"known":"Known","not_known":"Not known"}}}},"cards":[{fresh},{stale}]}}"#
    )
}

/// The coordinator's desk, with cards published.
pub async fn coordinator(ground: &Ground) -> Running {
    let running = ground.desk("coordinator");
    until(running.handle(), "the coordinator is connected", |shown| {
        // Before it has vouched for the roster it publishes nothing.
        shown.view.admitted
            && !shown.view.stale_roster
            && shown.connection == Connection::Connected
            && shown.view.outbox == 0
    })
    .await;
    let publish = Command::PublishCards(cards());
    running.handle().command(publish).await.unwrap();
    running
}

/// A permission for a year under the first coordinator's word.
pub fn permission(act: Act) -> Permission {
    Permission {
        act,
        authority: "Willow".into(),
        document: String::new(),
        scope: String::new(),
        from: now().day(),
        until: now().day().plus(365),
    }
}

/// Another appointment of coordinators by the root key, so many of whom must agree.
pub async fn delegate(ground: &Ground, serial: u32, threshold: u8, devices: &[DevicePublicKey]) {
    let root_key = RootKey::from_seed(&[1; 32]);
    let root = Root::new(1, vec![root_key.public()]).unwrap();
    let days = (Day(0), Day(u32::MAX));
    let statement = Delegation::draft(root.line_id(), serial, days, threshold, devices)
        .sign_by_root(&root_key)
        .done();
    let relay = RelayClient::new(&ground.url()).unwrap();
    relay.publish(&statement.to_bytes()).await.unwrap();
}

pub async fn admit(ground: &Ground, by: &Running, name: &str) -> Running {
    admit_as(ground, by, name, Stage::Guide).await
}

pub async fn admit_as(ground: &Ground, by: &Running, name: &str, stage: Stage) -> Running {
    let invite = Command::Invite {
        work_name: name.into(),
    };
    let desk = by.handle();
    let before = desk.view().invitation.clone();
    desk.command(invite).await.unwrap();
    let shown = until(desk, "an invitation", |shown| {
        shown.invitation.is_some() && shown.invitation.as_deref() != before.as_deref()
    })
    .await;
    let joined = ground
        .join(shown.invitation.as_ref().unwrap(), name, name)
        .await;
    assert!(joined.sent);
    desk.command(Command::CheckInvitations).await.unwrap();
    let shown = until(desk, "a newcomer", |shown| !shown.view.joining.is_empty()).await;
    let newcomer = &shown.view.joining[0];
    let words = words::check_words(words::List::English, &newcomer.comparison);
    assert_eq!(words.to_vec(), joined.words);
    let admit = Command::Admit {
        device: newcomer.device,
        stage,
        until: now().day().plus(365),
        profile: Profile::default(),
        permissions: [Act::Answer, Act::Supervise, Act::Publish]
            .map(permission)
            .into(),
    };
    desk.command(admit).await.unwrap();
    let running = ground.desk(name);
    until(running.handle(), "admitted", |shown| shown.view.admitted).await;
    running
}

/// Plans a shift for these desks, who check in.
pub async fn on_duty(by: &Running, guides: &[&Running]) {
    let devices: Vec<_> = guides
        .iter()
        .map(|guide| guide.handle().view().view.me)
        .collect();
    until(by.handle(), "the roster", |shown| {
        devices.iter().all(|device| {
            shown
                .view
                .roster
                .iter()
                .any(|member| member.device == *device)
        })
    })
    .await;
    let plan = Command::PlanShift {
        from: now(),
        until: now().plus(8 * 60),
        guides: devices,
    };
    by.handle().command(plan).await.unwrap();
    for guide in guides {
        until(guide.handle(), "on duty", |shown| shown.view.on_duty).await;
        guide
            .handle()
            .command(Command::CheckIn(protocol::Readiness::Here))
            .await
            .unwrap();
        until(guide.handle(), "checked in", |shown| {
            shown.view.checked_in && shown.view.outbox == 0
        })
        .await;
    }
}

pub async fn waiting(guide: &Running) -> CaseLabel {
    let shown = until(guide.handle(), "somebody waits", |shown| {
        !shown.view.waiting.is_empty()
    })
    .await;
    shown.view.waiting[0].label
}
