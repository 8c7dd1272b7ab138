//! A small set of outline icons, drawn for this program: 24 × 24, one stroke.
//!
//! Invariant: an icon is decoration; what it means stands beside it in words.

const ICONS: &[(&str, &str)] = &[
    ("home", "M3 11.5 12 4l9 7.5M5.5 9.5V20h13V9.5M10 20v-6h4v6"),
    ("search", "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M15.3 15.3 21 21"),
    ("bell", "M6 17v-6a6 6 0 0 1 12 0v6l2 2H4zM10 21h4"),
    ("user", "M12 4a4 4 0 1 1 0 8a4 4 0 0 1 0-8M4 21c0-4 3.5-6.5 8-6.5s8 2.5 8 6.5"),
    ("users", "M9 5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7M2 20c0-3.5 3-5.5 7-5.5s7 2 7 5.5M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.8c2.4.8 4 2.6 4 5.2"),
    ("plus", "M12 5v14M5 12h14"),
    ("check", "M4.5 12.5 10 18 19.5 7"),
    ("cross", "M6 6l12 12M18 6 6 18"),
    ("alert", "M12 4 2.5 20.5h19zM12 10v5M12 17.8v.2"),
    ("info", "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 11v6M12 7.5v.2"),
    ("clock", "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 7v5.5l3.5 2"),
    ("calendar", "M4 6h16v14H4zM4 10.5h16M8 3v5M16 3v5"),
    ("file", "M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h5"),
    ("folder", "M3 6h6l2 2.5h10V19H3z"),
    ("upload", "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4"),
    ("download", "M12 4v12M7 11l5 5 5-5M4 16v4h16v-4"),
    ("printer", "M7 8V3h10v5M7 17H3V8h18v9h-4M7 14h10v7H7z"),
    ("edit", "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5"),
    ("trash", "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6"),
    ("arrow-right", "M4 12h16M14 6l6 6-6 6"),
    ("arrow-left", "M20 12H4M10 6l-6 6 6 6"),
    ("chevron-down", "M5 9l7 7 7-7"),
    ("menu", "M4 6h16M4 12h16M4 18h16"),
    ("star", "M12 3l2.7 6 6.3.7-4.7 4.4 1.3 6.4-5.6-3.2-5.6 3.2 1.3-6.4L3 9.7 9.3 9z"),
    ("flag", "M5 21V4h13l-3 4.5 3 4.5H5"),
    ("shield", "M12 3l8 3v6c0 4.5-3.5 7.5-8 9-4.5-1.5-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5"),
    ("lock", "M6 11h12v10H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 15v2"),
    (
        "coins",
        "M9 4c3.3 0 6 1.1 6 2.5S12.3 9 9 9S3 7.9 3 6.5S5.7 4 9 4M3 6.5v5C3 12.9 5.7 14 9 14M15 6.5V10M15 11c3.3 0 6 1.1 6 2.5S18.3 16 15 16s-6-1.1-6-2.5s2.7-2.5 6-2.5M9 13.5v4c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5v-4",
    ),
    ("plug", "M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3"),
    ("receipt", "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6"),
    ("chart", "M4 20h16M6 20v-7h3v7M11 20V5h3v15M16 20v-10h3v10"),
    ("board", "M4 4h4.5v16H4zM10 4h4.5v10H10zM16 4h4v13h-4z"),
    ("scale", "M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z"),
    ("bulb", "M9 17c0-2-3-3.5-3-7.5a6 6 0 0 1 12 0c0 4-3 5.5-3 7.5zM9.5 20.5h5"),
    ("building", "M5 21V4h10v17M15 9h4v12M3 21h18M8.5 8h3M8.5 12h3M8.5 16h3"),
    ("map", "M9 4 3 6.5V20l6-2.5 6 2.5 6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20"),
    ("book", "M4 5c3-1.3 6-1 8 .8c2-1.8 5-2.1 8-.8v14c-3-1.3-6-1-8 .8c-2-1.8-5-2.1-8-.8zM12 5.8v14"),
    ("inbox", "M3 13l3-8h12l3 8v6H3zM3 13h5.5c.5 2 1.8 3 3.5 3s3-1 3.5-3H21"),
    ("gear", "M12 9a3 3 0 1 1 0 6a3 3 0 0 1 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2"),
    ("copy", "M9 9h11v12H9zM5 15H4V3h11v2"),
    ("sun", "M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"),
    ("moon", "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5"),
    ("text-size", "M3 19 8.5 6 14 19M5 14.5h7M15 19l3-7 3 7M16 17h4"),
    ("sign-out", "M10 4H4v16h6M9 12h12M16.5 7.5 21 12l-4.5 4.5"),
    ("link", "M10 14a4 4 0 0 0 5.7 0l4-4A4 4 0 0 0 14 4.3l-1.5 1.5M14 10a4 4 0 0 0-5.7 0l-4 4a4 4 0 0 0 5.7 5.7l1.5-1.5"),
    ("help", "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M9.5 9.5A2.5 2.5 0 1 1 12 12v2M12 16.8v.2"),
];

/// The icon as inline SVG, hidden from screen readers.
pub(crate) fn svg(name: &str, size: u32) -> Option<String> {
    let (_, path) = ICONS.iter().find(|(other, _)| *other == name)?;
    Some(format!(
        "<svg class=\"ico\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{path}\"/></svg>"
    ))
}
