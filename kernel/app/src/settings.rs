//! Settings with their defaults.

/// Declares a table of settings, each with its default behind it: `pub page_max: usize = 100`. Without one it is the
/// type's own.
#[macro_export]
macro_rules! settings {
    ($(#[$table:meta])* pub struct $name:ident {
        $($(#[$setting:meta])* pub $field:ident: $type:ty $(= $default:expr)?,)+
    }) => {
        $(#[$table])*
        pub struct $name {
            $($(#[$setting])* pub $field: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $crate::settings!(@ $($default)?),)+ }
            }
        }
    };
    (@ $default:expr) => { $default };
    (@) => { Default::default() };
}
