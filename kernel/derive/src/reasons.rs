//! `#[derive(Reasons)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result, Token, Type, Variant};

use crate::attributes::docs;
use crate::operation::option;

/// The values of `#[refused(…)]` on a variant.
struct Refused {
    kind: Ident,
    reason: Option<LitStr>,
    field: Option<LitStr>,
    message: LitStr,
    /// Whether the variant's first value has members for the problem. Of several values, the message has the others.
    has_members: bool,
}

/// The type whose reasons a variant takes over, if it does.
fn all_of(variant: &Variant) -> Result<Option<&Type>> {
    let is_all = variant.attrs.iter().any(|attribute| {
        let word = attribute.parse_args::<Ident>();
        attribute.path().is_ident("refused") && word.is_ok_and(|word| word == "all")
    });
    let mut fields = variant.fields.iter();
    match (is_all, fields.next(), fields.next()) {
        (false, ..) => Ok(None),
        (true, Some(field), None) => Ok(Some(&field.ty)),
        _ => Err(Error::new_spanned(variant, "it takes over one type's reasons")),
    }
}

impl Refused {
    fn read(variant: &Variant) -> Result<Self> {
        let attribute = variant.attrs.iter().find(|a| a.path().is_ident("refused"));
        let attribute =
            attribute.ok_or_else(|| Error::new_spanned(variant, "#[refused(…)] is missing"))?;
        attribute.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let kind: Ident = input.parse()?;
            let (mut reason, mut field, mut message, mut has_members) = (None, None, None, false);
            while !input.is_empty() {
                input.parse::<Token![,]>()?;
                if input.is_empty() {
                    break;
                }
                let key: Ident = input.parse()?;
                if key == "members" {
                    has_members = true;
                    continue;
                }
                input.parse::<Token![=]>()?;
                let value: LitStr = input.parse()?;
                match key.to_string().as_str() {
                    "reason" => reason = Some(value),
                    "field" => field = Some(value),
                    "message" => message = Some(value),
                    _ => return Err(Error::new_spanned(key, "this key is not known")),
                }
            }
            if kind == "Conflict" && reason.is_none() {
                return Err(Error::new_spanned(kind, "a conflict needs a reason"));
            }
            let message =
                message.unwrap_or_else(|| LitStr::new(&docs(&variant.attrs), Span::call_site()));
            if message.value().is_empty() {
                return Err(Error::new_spanned(&kind, "the message is missing"));
            }
            Ok(Self { kind, reason, field, message, has_members })
        })
    }
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(input, "this derives for enums"));
    };
    let ident = &input.ident;
    let (mut lists, mut arms, mut members, mut from) = (vec![], vec![], vec![], vec![]);
    for (n, variant) in data.variants.iter().enumerate() {
        let name = &variant.ident;
        // The reasons before this one are those of the variants before it.
        let first = quote!(const { declare::count(LISTS.split_at(#n).0) });
        if let Some(of) = all_of(variant)? {
            lists.push(quote!(<#of as declare::Reasons>::ALL));
            arms.push(quote!(Self::#name(all) => {
                let (n, message) = declare::Reasons::which(all);
                (#first + n, message)
            }));
            members.push(quote!(Self::#name(all) => declare::Reasons::members(all)));
            from.push(quote! {
                #[automatically_derived]
                impl From<#of> for #ident {
                    fn from(all: #of) -> Self {
                        Self::#name(all)
                    }
                }
            });
            continue;
        }
        let Refused { kind, reason, field, message, has_members } = Refused::read(variant)?;
        let (reason, field) = (option(reason), option(field));
        lists.push(quote!(&[declare::Reason {
            kind: declare::RefusalKind::#kind,
            reason: #reason,
            field: #field,
            message: #message,
        }]));
        let apart = usize::from(has_members && variant.fields.len() > 1);
        let values: Vec<Ident> =
            (apart..variant.fields.len()).map(|i| format_ident!("value{i}")).collect();
        let skipped = (apart > 0).then(|| quote!(_,));
        let pattern = match variant.fields {
            Fields::Unit => quote!(Self::#name),
            Fields::Unnamed(_) => quote!(Self::#name(#skipped #(#values),*)),
            Fields::Named(_) => {
                return Err(Error::new_spanned(variant, "its values need no names"));
            }
        };
        arms.push(quote!(#pattern => (#first, format!(#message #(, #values)*))));
        if has_members {
            members.push(quote!(Self::#name(value, ..) => declare::members_of(value)));
        }
    }
    Ok(quote! {
        const _: () = {
            use ::imajin_app::operation::declare;

            const LISTS: &[&[declare::Reason]] = &[#(#lists),*];

            #[automatically_derived]
            impl declare::Reasons for #ident {
                const ALL: &'static [declare::Reason] =
                    &declare::join::<_, { declare::count(LISTS) }>(LISTS, declare::Reason::BLANK);

                fn which(&self) -> (usize, String) {
                    match self { #(#arms),* }
                }

                fn members(&self) -> Option<declare::Json> {
                    match self {
                        #(#members,)*
                        #[allow(unreachable_patterns, reason = "all of them may have some")]
                        _ => None,
                    }
                }
            }

            #(#from)*
        };
    })
}
