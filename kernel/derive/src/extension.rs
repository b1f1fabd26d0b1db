//! `#[extension(…)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, ImplItem, ItemImpl, Result, ReturnType, Token, Visibility, parse_quote};

/// The trait that an attribute names.
pub(crate) struct Extension {
    visibility: Visibility,
    name: Ident,
}

impl Parse for Extension {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let visibility = input.parse()?;
        input.parse::<Token![trait]>()?;
        let name = input.parse()?;
        Ok(Self { visibility, name })
    }
}

pub(crate) fn expand(extension: &Extension, mut methods: ItemImpl) -> Result<TokenStream> {
    let Extension { visibility, name } = extension;
    let mut declared = Vec::new();
    for item in &mut methods.items {
        let ImplItem::Fn(method) = item else {
            return Err(Error::new_spanned(item, "an extension has methods alone"));
        };
        let (docs, others) = std::mem::take(&mut method.attrs)
            .into_iter()
            .partition::<Vec<_>, _>(|attribute| attribute.path().is_ident("doc"));
        method.attrs = others;
        let mut signature = method.sig.clone();
        if signature.asyncness.take().is_some() {
            let answer = match &signature.output {
                ReturnType::Default => quote! { () },
                ReturnType::Type(_, answer) => quote! { #answer },
            };
            signature.output =
                parse_quote! { -> impl ::core::future::Future<Output = #answer> + Send };
        }
        declared.push(quote! { #(#docs)* #signature; });
    }
    let (about, subject, items) = (&methods.attrs, &methods.self_ty, &methods.items);
    Ok(quote! {
        #(#about)*
        #visibility trait #name { #(#declared)* }

        impl #name for #subject { #(#items)* }
    })
}
