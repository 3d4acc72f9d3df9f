//! What the screen of outcomes shows.

use outcomes::{Epsilon, Month, Publication};

/// What may be said of the line's work in numbers; for coordinators.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutcomesView {
    /// What was drawn, the newest month first.
    pub months: Vec<MonthView>,
    /// What is left of the budget of the year in which the last month lies.
    pub left: Epsilon,
    /// The months that can be drawn now.
    pub can_be_drawn: Vec<Month>,
}

/// What was drawn of one month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthView {
    /// The figures.
    pub publication: Publication,
    /// Who drew them.
    pub by: String,
    /// Whether another person agreed, so that they may be published.
    pub is_agreed: bool,
    /// Whether the person here may agree.
    pub may_agree: bool,
    /// Whether the person here may show it once more to those who may agree.
    pub may_show_again: bool,
}
