//! `robots.txt`: what no robot needs, and what the apps ask of robots.
//!
//! Always: a robot obeys the lines that name it and no others, so every group repeats what no robot needs.

use imajin_app::{Node, Problem, RobotRules, Robots};

/// Paths that are closed to all robots.
const NEVER: [&str; 2] = ["Disallow: /api/", "Disallow: /data"];

/// The text of `robots.txt`.
pub(super) fn rules(node: &Node) -> Result<String, Problem> {
    let mut all = Vec::new();
    for (_, robots) in node.services().offers().all::<dyn Robots>() {
        all.extend(robots.robot_rules(node)?);
    }
    Ok(text(&all))
}

fn text(rules: &[RobotRules]) -> String {
    let everybody = rules.iter().filter(|rules| rules.agents.is_empty());
    let mut text = group(&["*"], everybody.flat_map(|rules| &rules.lines));
    for rules in rules.iter().filter(|rules| !rules.agents.is_empty()) {
        text.push('\n');
        text.push_str(&group(&rules.agents, &rules.lines));
    }
    text
}

fn group<'a>(agents: &[&str], lines: impl IntoIterator<Item = &'a String>) -> String {
    let agents = agents.iter().map(|agent| format!("User-agent: {agent}\n"));
    let lines = lines.into_iter().map(String::as_str);
    let lines = NEVER.into_iter().chain(lines);
    let lines = lines.map(|line| format!("{line}\n"));
    agents.chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_what_no_robot_needs() {
        assert_eq!(text(&[]), "User-agent: *\nDisallow: /api/\nDisallow: /data\n");
        let rules = |agents: &[&'static str], line: &str| RobotRules {
            agents: agents.to_vec(),
            lines: vec![line.to_owned()],
        };
        let all = [rules(&["OneBot", "OtherBot"], "Disallow: /a/"), rules(&[], "Disallow: /b/")];
        assert_eq!(
            text(&all),
            "User-agent: *\nDisallow: /api/\nDisallow: /data\nDisallow: /b/\n\n\
             User-agent: OneBot\nUser-agent: OtherBot\nDisallow: /api/\nDisallow: /data\nDisallow: /a/\n"
        );
    }
}
