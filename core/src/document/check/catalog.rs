//! The catalogue, and patterns of origins wherever they stand.

use super::super::limits::{MAX_ADDRESS, MAX_INTEGRATIONS, MAX_TOOLS};
use super::super::problem::ProblemCode;
use super::super::shape::Text;
use super::super::slow::Shown;
use super::{Check, Path};
use crate::address::Pattern;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let document = check.document;
    let top = Path::DOCUMENT;
    let list = top.member("catalog");
    check.count(document.catalog.len(), MAX_INTEGRATIONS, list);
    check.no_double_id(&check.index.catalog, "integration", list);
    for (place, integration) in document.catalog.iter().enumerate() {
        let at = list.element(place);
        check.id(&integration.id, at.member("id"));
        check.name(&integration.name, at.member("name"));
        check.patterns(&integration.origins, at.member("origins"));
        let tools = at.member("tools");
        check.count(integration.tools.len(), MAX_TOOLS, tools);
        check.no_double_name(&integration.tools, |tool| &tool.name, tools);
        for (place, tool) in integration.tools.iter().enumerate() {
            check.tool_name(&tool.name, tools.element(place).member("name"));
        }
    }
}

impl Check<'_, '_> {
    /// A list of patterns (O-3, O-4).
    pub(super) fn patterns(&mut self, patterns: &[Text<'_>], at: Path<'_>) {
        self.no_double_text(patterns, at);
        for (place, pattern) in patterns.iter().enumerate() {
            let at = at.element(place);
            if pattern.len() > MAX_ADDRESS {
                self.length(pattern, MAX_ADDRESS, at);
            } else if let Err(error) = Pattern::parse(pattern) {
                let problem = format_args!("`{}` is no pattern: {error}", Shown(pattern));
                self.report(at, ProblemCode::InvalidPattern, problem);
            }
        }
    }
}
