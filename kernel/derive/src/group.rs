//! `#[derive(Group)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Result};

use crate::attributes::fields;
use crate::operation::Member;

/// Whether `#[group(check)]` is there.
fn has_check(input: &DeriveInput) -> Result<bool> {
    let mut has_check = false;
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("group")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("check") {
                return Err(Error::new_spanned(
                    meta.path,
                    "only `check` is allowed here",
                ));
            }
            has_check = true;
            Ok(())
        })?;
    }
    Ok(has_check)
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let members: Vec<Member<'_>> = fields(input)?
        .into_iter()
        .map(Member::read)
        .collect::<Result<_>>()?;
    let check = has_check(input)?.then(|| quote!(group.check()?;));
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
