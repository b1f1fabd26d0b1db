//! The check of all that a node has written, for the end of a test.

use std::sync::Arc;

use imajin_app::{Machine, Service, Services};
use imajin_ledger::{Disk, RealDisk, StateMachine, rebuild};
use imajin_log::verify::{VerifyOptions, verify_log};

use super::TestNode;

impl TestNode {
    /// Stops the node. Checks that every log verifies, and that projections which these services make again are equal.
    #[allow(clippy::unwrap_used, reason = "a panic in a test is its report")]
    pub async fn check_records(self, services: Vec<Arc<dyn Service>>) {
        let folder = self.stop().await.unwrap();
        let machine: Arc<dyn StateMachine> = Arc::new(Machine::new(Services::new(services)));
        let mut logs = 0;
        for entry in std::fs::read_dir(folder.path().join("users")).unwrap() {
            let path = entry.unwrap().path().join("log.sqlite");
            let report = verify_log(&path, &machine.ops(), &VerifyOptions::default()).unwrap();
            assert!(report.valid, "{path:?}: {:?}", report.fault);
            assert!(report.unknown.unknown_ops.is_empty());
            logs += 1;
        }
        assert!(logs > 1);
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let rebuilt = rebuild::rebuild(folder.path(), &machine, &disk, true, &mut |_, _| {});
        let rebuilt = rebuilt.unwrap();
        assert!(rebuilt.damaged.is_empty() && rebuilt.differences.is_empty(), "{rebuilt:?}");
    }
}
