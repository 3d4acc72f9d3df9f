//! A keeper whose disk is full.

use desk::{Command, TaskId};
use statements::{Delegation, DeviceKey, Root, RootKey};
use wire::Day;

use super::*;
use crate::setup::{self, NewDesk};
use crate::{Passphrase, VaultCost};

fn passphrase() -> Passphrase {
    Passphrase::new("a passphrase".into())
}

/// The keeper of a founder whose relay is nowhere, and what it would send.
async fn keeper(
    directory: &tempfile::TempDir,
) -> (
    Keeper,
    mpsc::UnboundedReceiver<courier::Errand>,
    watch::Receiver<Arc<Shown>>,
) {
    let root_key = RootKey::from_seed(&[1; 32]);
    let root = Root::new(1, vec![root_key.public()]).unwrap();
    let device = DeviceKey::from_seed(&[2; 32]);
    let days = (Day(0), Day(u32::MAX));
    let delegation = Delegation::draft(root.line_id(), 1, days, 1, &[device.public()])
        .sign_by_root(&root_key)
        .done();
    let vault = directory.path().join("vault");
    let new = NewDesk {
        vault: vault.clone(),
        passphrase: passphrase(),
        cost: VaultCost {
            memory_kib: 8,
            passes: 1,
        },
        work_name: "Willow".into(),
    };
    let url = "http://127.0.0.1:1";
    setup::found(new, device, url, &root.statement(), &delegation)
        .await
        .unwrap();
    let vault = Vault::open(&vault, &passphrase()).unwrap();
    let (mut keeper, _) = Keeper::restore(vault).unwrap();
    let (errands, queue) = mpsc::unbounded_channel();
    let shown = keeper.connect(errands, mpsc::unbounded_channel().0);
    (keeper, queue, shown)
}

/// Gives a command as a screen does.
fn give(keeper: &mut Keeper, command: Command) -> Result<(), CommandError> {
    let (answer, mut answered) = oneshot::channel();
    keeper.handle(Message::Command(command, answer));
    answered.try_recv().unwrap()
}

/// What the courier was told: the tasks, and whether it was to forget.
fn drain(queue: &mut mpsc::UnboundedReceiver<courier::Errand>) -> (Vec<TaskId>, bool) {
    let (mut tasks, mut forgotten) = (Vec::new(), false);
    while let Ok(errand) = queue.try_recv() {
        match errand {
            courier::Errand::Task(id, _) => tasks.push(id),
            courier::Errand::Forget => forgotten = true,
        }
    }
    (tasks, forgotten)
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_lost_and_it_goes_on_when_there_is_room() {
    let directory = tempfile::tempdir().unwrap();
    let (mut keeper, mut queue, shown) = keeper(&directory).await;
    let outbox = shown.borrow().view.outbox;
    let (tasks, _) = drain(&mut queue);
    let answered = |keeper: &mut Keeper| {
        keeper.handle(Message::Answered(tasks[0], keeper::Answer::Done));
    };

    keeper.fill_disk(true);
    answered(&mut keeper);
    assert_eq!(shown.borrow().trouble, Some(Trouble::DiskFull));
    assert_eq!(shown.borrow().view.outbox, outbox, "as it was saved");
    assert_eq!(drain(&mut queue), (vec![], true), "nothing is sent");

    keeper.fill_disk(false);
    keeper.handle(Message::Tick);
    assert_eq!(shown.borrow().trouble, None);
    let (again, _) = drain(&mut queue);
    assert!(
        tasks.iter().all(|task| again.contains(task)),
        "asked for again"
    );
    answered(&mut keeper);
    assert_eq!(shown.borrow().view.outbox, outbox - 1);
}

#[tokio::test]
async fn a_refusal_is_told_to_whoever_gave_the_command_and_to_nobody_else() {
    let directory = tempfile::tempdir().unwrap();
    let (mut keeper, mut queue, shown) = keeper(&directory).await;
    drain(&mut queue);
    let refused = give(&mut keeper, Command::TakeNext);
    assert!(matches!(refused, Err(CommandError::Refused(_))));
    assert!(shown.borrow().notices.is_empty());
    assert_eq!(drain(&mut queue), (vec![], false));
}
