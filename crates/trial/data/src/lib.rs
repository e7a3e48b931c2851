//! For tests alone: whether the data beside the checkout are at hand.
//!
//! What is real may not always be published, so it lies in a folder of its own: `COLLECTE_DATA`, by default
//! `../shared/data` seen from the checkout. A test that needs it is marked by one attribute in place of `#[test]`:
//!
//! ```ignore
//! #[trial::test_with_data]
//! fn the_real_layers_of_ign_are_sound() {
//!     let layers = trial::data("references/shapefiles");
//! }
//! ```
//!
//! Where the folder is absent, the test is ignored, and the runner counts it so in its closing lines (nextest says
//! `skipped`): it never passes without having run. Where the folder is there, the test runs, and fails if what it
//! looks for is missing. The build looks for the folder; it looks again when `COLLECTE_DATA` changes or the folder
//! goes. A folder that came later is found after `cargo clean -p trial-data`.
//!
//! It is a crate because an attribute must be one; tests reach it through `trial`, those of the sandbox by its name.

use proc_macro::{Literal, TokenStream, TokenTree};

/// A test that needs the data: ignored, and counted as such, where they are not at hand.
#[proc_macro_attribute]
pub fn test_with_data(_: TokenStream, function: TokenStream) -> TokenStream {
    let ignored = if cfg!(have_data) { "" } else { "#[ignore = \"needs the data of COLLECTE_DATA\"]" };
    let mut test: TokenStream = format!("#[test] {ignored}").parse().expect("an attribute is made of tokens");
    test.extend(function);
    test
}

/// The folder of the data, absolute, whether it is there or not.
#[proc_macro]
pub fn data_folder(_: TokenStream) -> TokenStream {
    TokenTree::from(Literal::string(env!("COLLECTE_DATA_FOLDER"))).into()
}
