//! `#[derive(FromRow)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result};

use crate::attributes::fields;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let ident = &input.ident;
    let fields = fields(input)?;
    let idents = fields.iter().map(|field| &field.ident);
    let columns = 0..fields.len();
    Ok(quote! {
        impl #ident {
            pub(super) fn read(
                row: &::imajin_app::operation::declare::Row<'_>,
            ) -> ::imajin_app::operation::declare::ReadResult<Self> {
                use ::imajin_app::operation::declare::Column;

                Ok(Self { #(#idents: Column::read(row, #columns)?),* })
            }
        }
    })
}
