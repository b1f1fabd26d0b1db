//! A file that a program holds packed.

use std::path::PathBuf;
use std::{env, fs};

use miniz_oxide::deflate::compress_to_vec;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Error, LitStr, Result};

/// The best that deflate does.
const LEVEL: u8 = 9;

pub(crate) fn expand(file: &LitStr) -> Result<TokenStream> {
    let failed = |what: String| Error::new(file.span(), what);
    let folder = env::var("CARGO_MANIFEST_DIR").map_err(|error| failed(error.to_string()))?;
    let path = PathBuf::from(folder).join(file.value());
    let bytes = fs::read(&path);
    let bytes = bytes.map_err(|error| failed(format!("{}: {error}", path.display())))?;
    let packed = Literal::byte_string(&compress_to_vec(&bytes, LEVEL));
    let path = path.to_str().ok_or_else(|| failed("its path is not UTF-8".to_owned()))?;
    Ok(quote! {{
        // So that another file is another build.
        const _: &[u8] = include_bytes!(#path);
        const PACKED: &[u8] = #packed;
        PACKED
    }})
}
