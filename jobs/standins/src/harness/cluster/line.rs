//! A line of `CLUSTER NODES`.

pub(super) struct Line {
    pub(super) port: u16,
    pub(super) failed: bool,
    /// None, of a replica.
    pub(super) slots: Vec<(usize, usize)>,
}

impl Line {
    pub(super) fn read(line: &str) -> Option<Self> {
        let fields: Vec<_> = line.split_whitespace().collect();
        let (address, flags) = (fields.get(1)?, fields.get(2)?);
        let (_, port) = address.split('@').next()?.rsplit_once(':')?;
        let range = |field: &&str| {
            let (from, to) = field.split_once('-').unwrap_or((field, field));
            Some((from.parse().ok()?, to.parse().ok()?))
        };
        Some(Self {
            port: port.parse().ok()?,
            failed: flags.contains("fail"),
            slots: fields.iter().skip(8).filter_map(range).collect(),
        })
    }

    pub(super) fn has(&self, slot: usize) -> bool {
        self.slots
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&slot))
    }
}
