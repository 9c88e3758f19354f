//! Prints the book's chapter on every variable that our programs read, as clap knows them.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    io::stdout().write_all(deploy::variables::page().as_bytes())
}
