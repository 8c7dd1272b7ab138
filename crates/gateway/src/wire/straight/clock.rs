//! One timer for all waits of a connection, hardly ever moved: it is set for a moment soon, and only if that comes while something is still waited for, for the end of the wait itself.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// So soon it looks.
const SOON: Duration = Duration::from_secs(1);

/// The timer of a connection. It wakes the task that waits for it, which is always that of its connection.
#[derive(Default)]
pub(super) struct Clock {
    sleep: Option<Pin<Box<Sleep>>>,
    /// Does it know whom to wake?
    set: bool,
}

impl Clock {
    /// Ready when this moment has come.
    pub(super) fn poll(&mut self, until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(until.min(Instant::now() + SOON))));
        if sleep.deadline() > until {
            sleep.as_mut().reset(until.min(Instant::now() + SOON));
        } else if self.set && !sleep.is_elapsed() {
            return Poll::Pending;
        }
        self.set = true;
        while sleep.as_mut().poll(cx).is_ready() {
            if Instant::now() >= until {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(until);
        }
        Poll::Pending
    }

    /// What is polled, or nothing when this moment has come before.
    pub(super) async fn within<T>(&mut self, until: Instant, mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Option<T> {
        poll_fn(|cx| match poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => self.poll(until, cx).map(|()| None),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_at_its_moment_whatever_the_timer_was_set_for_before() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let (mut clock, begun) = (Clock::default(), Instant::now());
            let ms = |ms| begun + Duration::from_millis(ms);
            assert_eq!(clock.within(ms(60_000), |_| Poll::Ready(1)).await, Some(1));
            assert_eq!(clock.within(ms(20), |_| Poll::<()>::Pending).await, None);
            assert!(begun.elapsed() >= Duration::from_millis(20));
            assert_eq!(clock.within(ms(40), |_| Poll::<()>::Pending).await, None);
            assert!(begun.elapsed() >= Duration::from_millis(40));
            // Set for a later moment, then one before it.
            let _ = clock.within(ms(50), |cx| clock_of(ms(90_000), cx)).await;
            assert_eq!(clock.within(ms(60), |_| Poll::<()>::Pending).await, None);
            assert!(begun.elapsed() < Duration::from_millis(900), "it does not wait for the second");
        });
    }

    fn clock_of(until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        Clock::default().poll(until, cx)
    }
}
