//! Nothing more is sent to an address, since it did not answer for days or is gone: its owner hears of it.

use callbacks::told::EndpointPaused;
use desk::Message;
use store::{Event, Tx};
use words::{Bilingual, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let paused: EndpointPaused = event.data()?;
    let why = match paused.reason.as_str() {
        "gone" => Bilingual::new("它答复 410，表示不再接收", "it answered 410"),
        _ => Bilingual::new("约三天没有收到 2xx 答复", "it gave no 2xx answer for about three days"),
    };
    let message = Message {
        to: vec![paused.owner],
        kind: "callbacks.paused".into(),
        subject: paused.endpoint.to_string(),
        title: Bilingual::new("一个回调地址已暂停发送", "Callbacks to one of your addresses are paused"),
        body: Bilingual::new("修好后请开启，再重发失败的事件。", "Once it works again, switch it on and send what failed again."),
        link: format!("/callbacks/{}", paused.endpoint),
        why,
        due_at: None,
        once: Some(event.id.to_string()),
    };
    desk::notify(tx, message)?;
    Ok(())
}
