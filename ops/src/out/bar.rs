//! How far work in bulk has come, on one line.

pub(super) fn bar(done: u64, total: Option<u64>) -> String {
    const WIDTH: usize = 30;
    let Some(total) = total.filter(|total| *total > 0) else {
        return format!("{done} done");
    };
    let full = usize::try_from(done.min(total) * WIDTH as u64 / total).unwrap_or(WIDTH);
    let empty = WIDTH.saturating_sub(full);
    format!(
        "[{}{}] {done} of {total}",
        "#".repeat(full),
        " ".repeat(empty)
    )
}
