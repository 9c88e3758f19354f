//! Prints the table of every variable that our programs read, as clap knows them; for the book.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    io::stdout().write_all(deploy::variables::table().as_bytes())
}
