// clerk-sessions: module/texts.rs
//! Several short strings in one allocation, because a token has a dozen of them.

/// Strings that are stored one after the other.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Texts(Box<str>);

/// Where one of the strings is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    start: usize,
    end: usize,
}

impl Texts {
    /// Stores the strings that are present, and says where.
    pub(crate) fn new<const N: usize>(texts: [Option<&str>; N]) -> (Self, [Option<Place>; N]) {
        let mut end = 0;
        let places = texts.map(|text| {
            let start = end;
            end += text?.len();
            Some(Place { start, end })
        });
        let all = texts.map(Option::unwrap_or_default).concat();
        (Self(all.into_boxed_str()), places)
    }

    /// The string at a place.
    pub(crate) fn get(&self, place: Option<Place>) -> Option<&str> {
        let place = place?;
        self.0.get(place.start..place.end)
    }
}
