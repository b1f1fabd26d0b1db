//! The icons of the pages: outlines of 24 × 24, drawn in the colour of the text next to them.

use maud::{Markup, PreEscaped, html};

/// Makes the icons of a table: each with its picture in words, and its shapes.
macro_rules! icons {
    ($($(#[$picture:meta])+ $icon:ident => $shapes:literal,)+) => {
        /// An icon. There is always a text next to it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($(#[$picture])+ $icon,)+ }

        impl Icon {
            const fn shapes(self) -> &'static str {
                match self { $(Self::$icon => $shapes,)+ }
            }
        }
    };
}

icons! {
    /// A house.
    Home => r#"<path d="M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z"/>"#,
    /// Two people.
    People => r#"<circle cx="9" cy="8" r="3.2"/><path d="M3 20c0-3.6 2.7-6 6-6s6 2.4 6 6M16 5.2a3.2 3.2 0 0 1 0 5.6M17.6 14.3c2.1.9 3.4 3 3.4 5.7"/>"#,
    /// A leaf of a calendar.
    Calendar => r#"<rect x="4" y="5" width="16" height="15" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>"#,
    /// A ticket.
    Ticket => r#"<path d="M4 8a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v2a2 2 0 0 0 0 4v2a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-2a2 2 0 0 0 0-4zM14 6.5v11"/>"#,
    /// A coin.
    Money => r#"<circle cx="12" cy="12" r="8.5"/><path d="M14.6 9.2C14.1 8.4 13.2 8 12 8c-1.5 0-2.7.8-2.7 2s1.1 1.7 2.7 2 2.7.9 2.7 2-1.2 2-2.7 2c-1.2 0-2.2-.5-2.7-1.4M12 6.2v11.6"/>"#,
    /// Two links of a chain.
    Link => r#"<path d="M10 14a4 4 0 0 0 6 .4l2.6-2.6a4 4 0 0 0-5.7-5.7l-1.4 1.4M14 10a4 4 0 0 0-6-.4l-2.6 2.6a4 4 0 0 0 5.7 5.7l1.4-1.4"/>"#,
    /// A written page.
    Record => r#"<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"/>"#,
    /// An arrow into a tray.
    Copy => r#"<path d="M12 4v11M7.5 10.8 12 15.3l4.5-4.5M5 20h14"/>"#,
    /// A phone.
    Device => r#"<rect x="7" y="3" width="10" height="18" rx="2"/><path d="M11 18h2"/>"#,
    /// A box.
    Box => r#"<path d="M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8"/>"#,
    /// Four tiles.
    More => r#"<path d="M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z"/>"#,
    /// A magnifying glass.
    Search => r#"<circle cx="11" cy="11" r="6.5"/><path d="M20 20l-4.3-4.3"/>"#,
    /// Sliders.
    Settings => r#"<circle cx="16" cy="7" r="2.2"/><circle cx="8" cy="17" r="2.2"/><path d="M4 7h9.8M18.2 7H20M4 17h1.8M10.2 17H20"/>"#,
    /// A shield.
    Shield => r#"<path d="M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 11.5l2.2 2.2L15.2 9.7"/>"#,
    /// An envelope.
    Letter => r#"<rect x="4" y="6" width="16" height="12" rx="1.5"/><path d="M4.5 7.5 12 13l7.5-5.5"/>"#,
    /// One person.
    Person => r#"<circle cx="12" cy="8" r="3.6"/><path d="M5 20c0-4 3-6.4 7-6.4s7 2.4 7 6.4"/>"#,
    /// A plug.
    Apps => r#"<path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4"/>"#,
    /// A bell.
    Bell => r#"<path d="M6 16.5c1.2-1.4 1.5-3.2 1.5-5.5a4.5 4.5 0 0 1 9 0c0 2.3.3 4.1 1.5 5.5zM10 19.5a2 2 0 0 0 4 0M12 4v2"/>"#,
    /// Bars.
    Chart => r#"<path d="M4 20h16M6.5 16v-5M12 16V5M17.5 16V9"/>"#,
    /// An open book.
    Book => r#"<path d="M12 6.5C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zM12 6.5v13"/>"#,
    /// A cup.
    Cup => r#"<path d="M5 9h11v6a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM16 10.5h1.5a2.5 2.5 0 0 1 0 5H16M8.5 3.5c-.8 1 .8 1.6 0 3M12.5 3.5c-.8 1 .8 1.6 0 3"/>"#,
    /// A picture of a hill under the sun.
    Picture => r#"<rect x="4" y="5" width="16" height="14" rx="2"/><circle cx="9" cy="10" r="1.6"/><path d="M5 18l5-5 3.5 3.5L16 14l4 4"/>"#,
    /// A speech bubble.
    Chat => r#"<path d="M5 5h14a1.5 1.5 0 0 1 1.5 1.5v8.5a1.5 1.5 0 0 1-1.5 1.5h-7.5L7 20.5v-4H5A1.5 1.5 0 0 1 3.5 15V6.5A1.5 1.5 0 0 1 5 5zM8 9.2h8M8 12.4h5"/>"#,
    /// A price tag.
    Tag => r#"<path d="M4 4h7.5l8.5 8.5-7.5 7.5L4 11.5z"/><circle cx="8.3" cy="8.3" r="1.3"/>"#,
    /// A question mark in a circle.
    Help => r#"<circle cx="12" cy="12" r="8.5"/><path d="M9.4 9.6a2.6 2.6 0 1 1 3.9 2.2c-.8.5-1.3 1-1.3 2M12 16.6v.1"/>"#,
}

impl Icon {
    /// The icon as inline SVG, hidden from screen readers.
    pub fn draw(self) -> Markup {
        html! {
            svg.icon viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" { (PreEscaped(self.shapes())) }
        }
    }
}
