//! The base as it lies on the disk: frames, each with its length and checksum. The first holds what is not in shards, then comes one for each shard, at last how many there were.
//!
//! A shard is written from a piece of memory of its own size, and read on all cores. Invariant: what is not whole, or was altered, is no base.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use capabilities::{Change, Plan};
use serde::{Deserialize, Serialize};

use super::Root;
use super::bits::{Bits, put_number};
use super::shard::{Apps, Keys, SHARDS};

/// How a base begins; the number is that of its format.
pub(super) const MAGIC: &[u8; 8] = b"HCSNAP02";
/// Longest frame that is believed.
const LARGEST: u32 = 256 << 20;
/// Frames that wait for a thread that reads them.
const WAITING: usize = 8;

const KEYS: u8 = 1;
const APPS: u8 = 2;

/// The first frame.
#[derive(Serialize, Deserialize)]
struct Head {
    number: i64,
    /// The same number makes the same shards.
    shards: usize,
    others: Vec<Change>,
}

/// Writes a root, shard by shard.
pub(super) fn write(root: &Root, out: &mut impl Write) -> std::io::Result<()> {
    out.write_all(MAGIC)?;
    let head = Head { number: root.number, shards: SHARDS, others: root.others() };
    frame(out, &serde_json::to_vec(&head)?)?;
    let mut payload = Vec::new();
    for (at, (keys, apps)) in root.keys.iter().zip(&root.apps).enumerate() {
        begin(&mut payload, KEYS, at);
        keys.write(&mut payload);
        frame(out, &payload)?;
        begin(&mut payload, APPS, at);
        apps.write(&mut payload);
        frame(out, &payload)?;
    }
    frame(out, &[])
}

fn begin(payload: &mut Vec<u8>, kind: u8, at: usize) {
    payload.clear();
    payload.push(kind);
    put_number(payload, at as u64);
}

fn frame(out: &mut impl Write, payload: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(payload.len()).ok().filter(|length| *length <= LARGEST).ok_or_else(|| std::io::Error::other("a shard that is too large"))?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&crc32fast::hash(payload).to_le_bytes())?;
    out.write_all(payload)
}

/// A frame as it was read, with its checksum.
type Frame = (u32, Vec<u8>);

/// The next frame; nothing if the file breaks off.
fn next(from: &mut impl Read) -> Option<Frame> {
    let (mut length, mut sum) = ([0; 4], [0; 4]);
    from.read_exact(&mut length).and_then(|()| from.read_exact(&mut sum)).ok()?;
    let length = Some(u32::from_le_bytes(length)).filter(|length| *length <= LARGEST)?;
    let mut payload = Vec::with_capacity(length as usize);
    from.take(length.into()).read_to_end(&mut payload).ok().filter(|read| *read == length as usize)?;
    Some((u32::from_le_bytes(sum), payload))
}

fn whole((sum, payload): &Frame) -> Option<&[u8]> {
    (crc32fast::hash(payload) == *sum).then_some(payload)
}

/// A shard, and which.
enum Part {
    Keys(usize, Keys),
    Apps(usize, Apps),
}

fn part(frame: &Frame, plans: &[Plan]) -> Option<Part> {
    let mut from = Bits::of(whole(frame)?);
    let (kind, at) = (from.byte()?, usize::try_from(from.number()?).ok().filter(|at| *at < SHARDS)?);
    let part = match kind {
        KEYS => Part::Keys(at, Keys::read(&mut from)?),
        APPS => Part::Apps(at, Apps::read(&mut from, plans)?),
        _ => return None,
    };
    from.is_empty().then_some(part)
}

/// Reads what comes behind [`MAGIC`].
pub(super) fn read(mut from: impl Read) -> Option<Root> {
    let head: Head = serde_json::from_slice(whole(&next(&mut from)?)?).ok().filter(|head: &Head| head.shards == SHARDS)?;
    let mut root = Root::empty().and(head.number, head.others);
    let plans = root.plans.clone();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (frames, taken) = sync_channel(WAITING);
    let taken = Mutex::new(taken);
    let parts = std::thread::scope(|scope| {
        // Theirs is the other end: they stop when this one is dropped, however reading ends.
        let frames = frames;
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(|| parts(&taken, &plans))).collect();
        for _ in 0..2 * SHARDS {
            frames.send(next(&mut from)?).ok()?;
        }
        drop(frames);
        readers.into_iter().map(|reader| reader.join().ok().flatten()).collect::<Option<Vec<_>>>()
    })?;
    whole(&next(&mut from)?).filter(|end| end.is_empty())?;
    for part in parts.into_iter().flatten() {
        match part {
            Part::Keys(at, keys) => root.keys[at] = Arc::new(keys),
            Part::Apps(at, apps) => root.apps[at] = Arc::new(apps),
        }
    }
    Some(root)
}

/// What one thread makes of the frames it gets. It takes all of them, also behind one that is not whole.
fn parts(frames: &Mutex<Receiver<Frame>>, plans: &[Plan]) -> Option<Vec<Part>> {
    let next = || frames.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    let mut all = Some(Vec::new());
    while let Some(frame) = next() {
        all = all.and_then(|mut all| {
            all.push(part(&frame, plans)?);
            Some(all)
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use capabilities::{AppLine, Environment, KeyLine, Plan, Proof, SubscriptionLine};
    use words::Id;

    use super::super::Name;
    use super::super::tests::{app, key, name};
    use super::*;

    fn written(root: &Root) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(root, &mut bytes).unwrap();
        bytes
    }

    fn back(bytes: &[u8]) -> Option<Root> {
        read(bytes.strip_prefix(MAGIC)?)
    }

    /// A root with every kind of key and of app.
    fn root() -> Root {
        let Change::Key(usual) = key(&[1; 32], "app_a") else { panic!() };
        let plan = |key: &str, capability: Option<&str>| Plan {
            key: key.into(),
            environment: Environment::Live,
            per_second: 5,
            burst: 9,
            capability: capability.map(Into::into),
            ..Plan::default()
        };
        let subscription = |id: &str, capability: &str, plan: &str| SubscriptionLine { id: Id::fixed(id), capability: capability.into(), plan: plan.into() };
        let live = AppLine {
            id: Id::new("app", 1_790_000_000_000, [7; 10]),
            environment: Environment::Live,
            open: true,
            plan: Some("more".into()),
            subscriptions: vec![subscription("sub_1", "echo", "gone"), subscription("sub_2", "sms", "any")],
            suspended: true,
            limited: true,
            recorded_until: Some(77),
        };
        let nets = ["203.0.113.0/24", "2001:db8::/32"].map(|net| capabilities::Net::parse(net).unwrap()).to_vec();
        let odd = KeyLine { hash: hex::encode([2; 32]), nets, capabilities: vec!["echo".into()], ends_at: Some(-5), ..usual.clone() };
        let signing = KeyLine { hash: hex::encode([3; 32]), proof: Proof::Signature { secret: "00ff".into() }, ..usual.clone() };
        let token = KeyLine { hash: hex::encode([4; 32]), proof: Proof::Token, ..usual.clone() };
        let certificate = KeyLine { hash: hex::encode([5; 32]), proof: Proof::Certificate { begins_at: -7 }, ..usual.clone() };
        let keys = [usual, odd, signing, token, certificate].map(Change::Key);
        let plans = Change::Plans { plans: vec![plan("more", None), plan("any", Some("*"))] };
        Root::empty().with(9, [plans, app("app_a"), app("app_b"), Change::App(live)].into_iter().chain(keys).collect())
    }

    #[test]
    fn every_kind_comes_back_as_it_was() {
        let (root, id) = (root(), Name::of(&Id::new("app", 1_790_000_000_000, [7; 10])));
        let bytes = written(&root);
        let again = back(&bytes).unwrap();
        assert_eq!(written(&again), bytes, "what is written again is the same");
        assert_eq!((again.number, again.keys(), again.plans.len()), (9, 5, 2));
        for root in [&root, &again] {
            let odd = root.key(&[2; 32]).unwrap();
            assert_eq!((odd.ends_at(), odd.nets().len(), &*odd.capabilities()[0]), (Some(-5), 2, "echo"));
            assert_eq!(root.key(&[3; 32]).unwrap().proof(), &Proof::Signature { secret: "00ff".into() });
            assert_eq!(root.key(&[4; 32]).unwrap().proof(), &Proof::Token);
            assert_eq!(root.key(&[5; 32]).unwrap().proof(), &Proof::Certificate { begins_at: -7 });
            let live = root.app(&id).unwrap();
            assert_eq!((live.environment(), live.is_open(), live.is_suspended()), (Environment::Live, true, true));
            assert!(live.is_recorded(76) && !live.is_recorded(77));
            assert_eq!((live.subscription("echo"), live.subscription("sms")), (None, Some(1)), "its plan is gone");
            let held = live.held(Some(1));
            assert_eq!((held.holder, held.limits.rate.map(|rate| rate.burst), held.limits.leased), (&name("sub_2"), Some(9), true));
            assert!(root.app(&name("app_a")).is_some_and(|app| !app.held(None).limits.leased) && root.app(&name("app_c")).is_none());
        }
    }

    #[test]
    fn what_breaks_off_or_was_altered_is_no_base() {
        let bytes = written(&root());
        for end in (8..200).chain([bytes.len() / 2, bytes.len() - 8, bytes.len() - 1]) {
            assert!(back(&bytes[..end]).is_none(), "{end}");
        }
        let apps = bytes.windows(5).position(|five| five == b"app_b").unwrap();
        for at in (8..60).chain([apps, bytes.len() - 1]) {
            let mut altered = bytes.clone();
            altered[at] ^= 4;
            assert!(back(&altered).is_none(), "{at}");
        }
    }
}
