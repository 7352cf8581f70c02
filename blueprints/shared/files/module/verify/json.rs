// clerk-sessions: module/verify/json.rs
//! JSON members whose type is not known in advance. `null` is not the same as absent, and a list is
//! not an object.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use «crates.serde»::de::{Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use «crates.serde»::{Deserialize, Deserializer};

/// A member of any type. Strings are borrowed unless they have escapes. Only the lists that have a
/// meaning are kept: a list takes much more memory than its text.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Member<'a> {
    #[default]
    Absent,
    Null,
    Number(f64),
    Text(Cow<'a, str>),
    /// A list of strings.
    Texts(Box<[Cow<'a, str>]>),
    /// A list of two numbers.
    Pair(f64, f64),
    Other,
}

/// A member that should be an object.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Object<T> {
    /// Absent or `null`.
    #[default]
    Absent,
    Is(T),
    /// An object in which one of the members that matter occurs twice. Parsers disagree about which
    /// of them counts.
    Ambiguous,
    /// Anything else.
    Other,
}

/// The members of an object that matter.
pub(crate) trait Members: Default {
    /// `Member`, with a lifetime.
    type Member;

    /// The place for the member of this name. Members without a place are skipped.
    fn place(&mut self, name: &str) -> Option<&mut Self::Member>;
}

/// The JSON is not of the expected form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Reads a member that is present. Serde itself would read `null` as an absent one.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl<'a> Member<'a> {
    /// The string, or `None` if the member is absent or `null`.
    pub(crate) fn into_text(self) -> Result<Option<Cow<'a, str>>, Malformed> {
        match self {
            Self::Absent | Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            _ => Err(Malformed),
        }
    }

    /// The list of strings, which is empty if the member is absent or `null`.
    pub(crate) fn into_texts(self) -> Result<Vec<Box<str>>, Malformed> {
        match self {
            Self::Absent | Self::Null => Ok(Vec::new()),
            Self::Texts(texts) => Ok(Vec::from(texts).into_iter().map(Box::from).collect()),
            _ => Err(Malformed),
        }
    }

    /// The string, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl<T> Object<T> {
    /// Whether a member that matters occurs twice.
    pub(crate) fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Member<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MemberVisitor)
    }
}

struct MemberVisitor;

/// If any crate of the program enables the feature `arbitrary_precision` of `serde_json`, a number
/// arrives as an object with this one member.
const NUMBER: &str = "$serde_json::private::Number";

impl<'de> Visitor<'de> for MemberVisitor {
    type Value = Member<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Member<'de>, E> {
        Ok(Member::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Member<'de>, E> {
        Ok(Member::Other)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Member<'de>, E> {
        f64::deserialize(number.into_deserializer()).map(Member::Number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Member<'de>, E> {
        f64::deserialize(number.into_deserializer()).map(Member::Number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Member<'de>, E> {
        Ok(Member::Number(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Member<'de>, E> {
        Ok(Member::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Member<'de>, E> {
        Ok(Member::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Member<'de>, A::Error> {
        let mut texts = Vec::new();
        while let Some(member) = list.next_element()? {
            match member {
                Member::Text(text) => texts.push(text),
                Member::Number(first) if texts.is_empty() => return pair(first, list),
                _ => return rest(list).map(|_| Member::Other),
            }
        }
        Ok(Member::Texts(texts.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Member<'de>, A::Error> {
        let mut number = None;
        while let Some(name) = map.next_key::<Box<str>>()? {
            if *name == *NUMBER {
                number = map.next_value::<Member<'_>>()?.into_text().ok().flatten();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let number = number.and_then(|digits| digits.parse().ok());
        let finite = number.filter(|number: &f64| number.is_finite());
        Ok(finite.map_or(Member::Other, Member::Number))
    }
}

/// Reads the rest of a list that starts with a number. Only a pair of numbers is kept.
fn pair<'de, A: SeqAccess<'de>>(first: f64, mut list: A) -> Result<Member<'de>, A::Error> {
    let second = list.next_element::<Member<'_>>()?;
    let second = second.and_then(|second| second.number());
    let only = rest(list)? == 0;
    let second = second.filter(|_| only);
    Ok(second.map_or(Member::Other, |second| Member::Pair(first, second)))
}

/// Skips the rest of a list and counts its elements.
fn rest<'de, A: SeqAccess<'de>>(mut list: A) -> Result<usize, A::Error> {
    let mut count = 0;
    while list.next_element::<IgnoredAny>()?.is_some() {
        count += 1;
    }
    Ok(count)
}

impl<'de, T> Deserialize<'de> for Object<T>
where
    T: Members,
    T::Member: Deserialize<'de> + Default + PartialEq,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T> Visitor<'de> for ObjectVisitor<T>
where
    T: Members,
    T::Member: Deserialize<'de> + Default + PartialEq,
{
    type Value = Object<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<T>, A::Error> {
        let mut members = T::default();
        let (mut ambiguous, mut number) = (false, false);
        while let Some(name) = map.next_key::<Text<'_>>()? {
            number |= name.0 == NUMBER;
            if let Some(place) = members.place(&name.0) {
                ambiguous |= *place != T::Member::default();
                *place = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(match (number, ambiguous) {
            (true, _) => Object::Other,
            (false, true) => Object::Ambiguous,
            (false, false) => Object::Is(members),
        })
    }

    fn visit_unit<E: Error>(self) -> Result<Object<T>, E> {
        Ok(Object::Absent)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Object<T>, E> {
        Ok(Object::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Object<T>, E> {
        Ok(Object::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Object<T>, E> {
        Ok(Object::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Object<T>, E> {
        Ok(Object::Other)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Object<T>, E> {
        Ok(Object::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Object<T>, A::Error> {
        rest(list).map(|_| Object::Other)
    }
}

/// A string that is borrowed unless it has escapes.
#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);
