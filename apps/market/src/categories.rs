//! The categories of listings. None is about health, belief, sex or politics.

use imajin_app::operation::Choice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The category of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Category {
    // Pages offer them in this order.
    Furniture,
    Lamps,
    Decoration,
    Textiles,
    Kitchen,
    Appliances,
    Garden,
    Plants,
    Tools,
    Materials,
    Bicycles,
    Vehicles,
    Parts,
    Computers,
    Phones,
    Audio,
    Cameras,
    Consoles,
    Games,
    Toys,
    Baby,
    Clothes,
    Shoes,
    Bags,
    Jewellery,
    Books,
    Music,
    Films,
    Instruments,
    Art,
    Crafts,
    Antiques,
    Collections,
    Sports,
    Camping,
    Pets,
    Food,
    Office,
    Help,
    #[field(unknown)]
    Other,
}

impl Category {
    pub(crate) fn label(self) -> String {
        format!("category-{}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use imajin_app::Lang;

    use super::*;
    use crate::manifest::TEXTS;

    #[test]
    fn there_are_forty_categories_and_none_tells_what_a_person_is_or_believes() {
        assert_eq!(Category::ALL.len(), 40);
        let messages = TEXTS.ids(Lang::En);
        for category in Category::ALL {
            assert_eq!(Category::from_name(category.name()), Some(*category));
            assert!(messages.contains(&category.label()), "{category:?}");
        }
        for name in ["health", "medicine", "religion", "politics", "adult"] {
            assert_eq!(Category::from_name(name), None);
        }
    }
}
