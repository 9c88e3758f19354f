//! The migrations are compiled in; a new file among them must rebuild this crate.

#![expect(
    clippy::print_stdout,
    reason = "it is how a build script speaks to cargo"
)]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
