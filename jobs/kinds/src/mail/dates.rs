//! Dates as people say them.

use jiff::civil::{Date, Weekday};
use minijinja::{Error, ErrorKind};
use store::Locale;

/// "Friday 20 November", "Freitag, 20. November", with the year if it isn't that of `on`.
pub(super) fn day(locale: Locale, date: &str, on: &str) -> Result<String, Error> {
    let (date, on) = (parse(date)?, parse(on)?);
    let year = if date.year() == on.year() {
        String::new()
    } else {
        format!(" {}", date.year())
    };
    let (weekday, rest) = (weekday(locale, date.weekday()), day_and_month(locale, date));
    Ok(match locale {
        Locale::En => format!("{weekday} {rest}{year}"),
        Locale::De => format!("{weekday}, {rest}{year}"),
    })
}

/// "20 November", "20. November".
pub(super) fn date(locale: Locale, date: &str) -> Result<String, Error> {
    Ok(day_and_month(locale, parse(date)?))
}

/// How many days `date` lies after `on`; negative if before.
pub(super) fn days_after(date: &str, on: &str) -> Result<i32, Error> {
    let apart = parse(date)? - parse(on)?;
    Ok(apart.get_days())
}

fn parse(date: &str) -> Result<Date, Error> {
    date.parse()
        .map_err(|error| Error::new(ErrorKind::InvalidOperation, "not a date").with_source(error))
}

/// Never parted by the end of a line.
fn day_and_month(locale: Locale, date: Date) -> String {
    let day = date.day();
    match locale {
        Locale::En => date.strftime("%-d\u{a0}%B").to_string(),
        Locale::De => format!("{day}.\u{a0}{}", german_month(date.month())),
    }
}

fn weekday(locale: Locale, day: Weekday) -> &'static str {
    let [english, german] = match day {
        Weekday::Monday => ["Monday", "Montag"],
        Weekday::Tuesday => ["Tuesday", "Dienstag"],
        Weekday::Wednesday => ["Wednesday", "Mittwoch"],
        Weekday::Thursday => ["Thursday", "Donnerstag"],
        Weekday::Friday => ["Friday", "Freitag"],
        Weekday::Saturday => ["Saturday", "Samstag"],
        Weekday::Sunday => ["Sunday", "Sonntag"],
    };
    match locale {
        Locale::En => english,
        Locale::De => german,
    }
}

fn german_month(month: i8) -> &'static str {
    match month {
        1 => "Januar",
        2 => "Februar",
        3 => "März",
        4 => "April",
        5 => "Mai",
        6 => "Juni",
        7 => "Juli",
        8 => "August",
        9 => "September",
        10 => "Oktober",
        11 => "November",
        _ => "Dezember",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(locale: Locale, date: &str) -> String {
        day(locale, date, "2026-11-19").unwrap()
    }

    #[test]
    fn a_day_reads_as_people_say_it_in_their_language() {
        assert_eq!(said(Locale::En, "2026-11-20"), "Friday 20\u{a0}November");
        assert_eq!(said(Locale::De, "2026-11-23"), "Montag, 23.\u{a0}November");
        assert_eq!(
            said(Locale::En, "2027-01-02"),
            "Saturday 2\u{a0}January 2027"
        );
        assert_eq!(said(Locale::De, "2027-03-01"), "Montag, 1.\u{a0}März 2027");
        assert_eq!(date(Locale::De, "2026-12-31").unwrap(), "31.\u{a0}Dezember");
    }

    #[test]
    fn days_are_counted_across_months_and_years() {
        assert_eq!(days_after("2027-01-01", "2026-12-31").unwrap(), 1);
        assert_eq!(days_after("2026-10-01", "2026-11-01").unwrap(), -31);
        assert_eq!(
            days_after("-009999-01-01", "9999-12-31").unwrap(),
            -7_304_483
        );
    }
}
