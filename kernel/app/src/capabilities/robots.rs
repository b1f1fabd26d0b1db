//! An app's lines of `robots.txt`.

use crate::node::Node;
use crate::problem::Problem;

/// Lines of `robots.txt` for some robots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotRules {
    /// The names by which these robots look for their lines; empty: all robots that no other rules name.
    pub agents: Vec<&'static str>,
    /// `Disallow: /media/`.
    pub lines: Vec<String>,
}

/// An app that asks something of robots.
pub trait Robots: Send + Sync {
    /// The app's rules.
    fn robot_rules(&self, node: &Node) -> Result<Vec<RobotRules>, Problem>;
}
