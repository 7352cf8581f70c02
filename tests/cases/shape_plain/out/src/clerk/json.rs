// clerk-sessions: module/json.rs
//! JSON members whose type is looked at, not assumed: `null` is not absent, a list is no object.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use serde::{Deserialize, Deserializer};

/// A member that may have any type.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Member {
    #[default]
    Absent,
    Null,
    Number(f64),
    Text(Box<str>),
    List(Vec<Member>),
    Other,
}

/// A member that is an object, absent (or `null`), or something else.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Object<T> {
    #[default]
    Absent,
    Is(T),
    Other,
}

/// A member does not have the type that it should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrongType;

/// Reads a member that is there, so that `null` is not taken for an absent one.
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl Member {
    /// The text; what is not there is no text, and anything else is a fault.
    pub(crate) fn into_text(self) -> Result<Option<Box<str>>, WrongType> {
        match self {
            Self::Absent | Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            _ => Err(WrongType),
        }
    }

    /// The texts of a list that holds nothing else; what is not there is an empty one.
    pub(crate) fn into_texts(self) -> Result<Vec<Box<str>>, WrongType> {
        let list = match self {
            Self::Absent | Self::Null => Vec::new(),
            Self::List(list) => list,
            _ => return Err(WrongType),
        };
        let texts = list.into_iter().map(|one| match one {
            Self::Text(text) => Ok(text),
            _ => Err(WrongType),
        });
        texts.collect()
    }

    /// The text, if it is one.
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

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MemberVisitor)
    }
}

struct MemberVisitor;

/// The member under which serde_json hands over a number, where a crate of this program turned on
/// its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

impl<'de> Visitor<'de> for MemberVisitor {
    type Value = Member;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Member, E> {
        Ok(Member::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Member, E> {
        f64::deserialize(number.into_deserializer()).map(Member::Number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Member, E> {
        f64::deserialize(number.into_deserializer()).map(Member::Number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Member, E> {
        Ok(Member::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Member, E> {
        Ok(Member::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Member, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = list.next_element()? {
            members.push(member);
        }
        Ok(Member::List(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Member, A::Error> {
        let mut number = None;
        while let Some(name) = map.next_key::<Box<str>>()? {
            if *name == *NUMBER {
                number = map.next_value::<Member>()?.into_text().ok().flatten();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let number = number.and_then(|digits| digits.parse().ok());
        let finite = number.filter(|number: &f64| number.is_finite());
        Ok(finite.map_or(Member::Other, Member::Number))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

/// Everything but an object is read as a member is.
impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object::Is)
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

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Object<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object::Other)
    }
}
