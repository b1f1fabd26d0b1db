//! The categories of listings. None is about health, belief, sex or politics.

use imajin_app::operation::Choice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Declares the categories, each with the message that is its label.
macro_rules! categories {
    ($($(#[$about:meta])* $category:ident $label:literal,)+) => {
        /// The category of a listing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "lowercase")]
        pub(crate) enum Category {
            $($(#[$about])* $category,)+
        }

        impl Category {
            /// All categories in the order in which pages offer them, with their labels.
            pub(crate) const ALL: &'static [(Self, &'static str)] = &[$((Self::$category, $label)),+];
        }
    };
}

categories! {
    Furniture "category-furniture",
    Lamps "category-lamps",
    Decoration "category-decoration",
    Textiles "category-textiles",
    Kitchen "category-kitchen",
    Appliances "category-appliances",
    Garden "category-garden",
    Plants "category-plants",
    Tools "category-tools",
    Materials "category-materials",
    Bicycles "category-bicycles",
    Vehicles "category-vehicles",
    Parts "category-parts",
    Computers "category-computers",
    Phones "category-phones",
    Audio "category-audio",
    Cameras "category-cameras",
    Consoles "category-consoles",
    Games "category-games",
    Toys "category-toys",
    Baby "category-baby",
    Clothes "category-clothes",
    Shoes "category-shoes",
    Bags "category-bags",
    Jewellery "category-jewellery",
    Books "category-books",
    Music "category-music",
    Films "category-films",
    Instruments "category-instruments",
    Art "category-art",
    Crafts "category-crafts",
    Antiques "category-antiques",
    Collections "category-collections",
    Sports "category-sports",
    Camping "category-camping",
    Pets "category-pets",
    Food "category-food",
    Office "category-office",
    Help "category-help",
    #[field(unknown)]
    Other "category-other",
}

impl Category {
    /// Returns the message that is the category's label.
    pub(crate) fn label(self) -> &'static str {
        let row = Self::ALL.iter().find(|(category, _)| *category == self);
        row.map_or("category-other", |(_, label)| label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_forty_categories_and_none_tells_what_a_person_is_or_believes() {
        assert_eq!(Category::ALL.len(), 40);
        for (category, label) in Category::ALL {
            let name = category.name();
            assert_eq!(format!("category-{name}"), *label);
            assert_eq!(Category::from_name(name), Some(*category));
            assert_eq!(category.label(), *label);
        }
        for name in ["health", "medicine", "religion", "politics", "adult"] {
            assert_eq!(Category::from_name(name), None);
        }
    }
}
