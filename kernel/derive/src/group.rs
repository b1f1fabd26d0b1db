//! `#[derive(Group)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result};

use crate::operation::Member;

/// The keys of `#[group(…)]`.
#[derive(Default)]
struct Keys {
    check: bool,
    facts: bool,
}

impl Keys {
    fn read(input: &DeriveInput) -> Result<Self> {
        let mut keys = Self::default();
        for attribute in input.attrs.iter().filter(|a| a.path().is_ident("group")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("check") {
                    keys.check = true;
                } else if meta.path.is_ident("facts") {
                    keys.facts = true;
                } else {
                    return Err(meta.error("only `check` and `facts` are allowed here"));
                }
                Ok(())
            })?;
        }
        Ok(keys)
    }
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let keys = Keys::read(input)?;
    let members = Member::read_all(input, keys.facts)?;
    let check = keys.check.then(|| quote!(group.check()?;));
    let ident = &input.ident;
    let (rows, reads, writes) = (
        members.iter().map(Member::rows),
        members.iter().map(Member::read_by),
        members.iter().map(Member::write_by),
    );
    Ok(quote! {
        const _: () = {
            use ::imajin_app::operation::declare;

            const LISTS: &[&[declare::Member]] = &[#(#rows),*];

            #[automatically_derived]
            impl declare::Group for #ident {
                const MEMBERS: &'static [declare::Member] =
                    &declare::join::<_, { declare::count(LISTS) }>(LISTS, declare::Member::BLANK);

                fn read(parts: &declare::Parts<'_>) -> Result<Self, declare::FieldError> {
                    let group = Self { #(#reads),* };
                    #check
                    Ok(group)
                }

                fn write(&self, content: &mut declare::Content) -> Result<(), declare::FieldError> {
                    #(#writes)*
                    Ok(())
                }
            }
        };
    })
}
