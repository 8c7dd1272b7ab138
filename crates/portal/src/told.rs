//! Events told upstairs.

use serde::{Deserialize, Serialize};
use store::Tell;
use words::{Id, Node};

/// A failed job was put back into the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRetried {
    /// Job.
    pub job: Id,
}

impl Tell for JobRetried {
    const KIND: &'static str = "portal.job_retried";

    fn node(&self) -> Node {
        Node::group()
    }

    fn subject(&self) -> String {
        self.job.to_string()
    }
}
