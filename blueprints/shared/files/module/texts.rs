// clerk-sessions: module/texts.rs
//! Several texts in one piece of memory: a token has a dozen small ones, and is read in no time.

/// Texts that are kept and dropped together.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Texts(Box<str>);

/// Where one of the texts stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    start: usize,
    end: usize,
}

impl Texts {
    /// Puts texts together, and says where each stands that is there.
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

    /// The text that stands there.
    pub(crate) fn get(&self, place: Option<Place>) -> Option<&str> {
        let place = place?;
        self.0.get(place.start..place.end)
    }
}
