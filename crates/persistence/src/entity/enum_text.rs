//! Enums of the domain in text columns.

use std::str::FromStr;

use domain::text_enum::UnknownText;
use sea_orm::{
    ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr},
};

/// An enum whose texts the domain defines. Reading fails on a text that a later version of the program or a person wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnumText<T>(pub T);

impl<T: ToString> From<EnumText<T>> for Value {
    fn from(EnumText(one): EnumText<T>) -> Self {
        one.to_string().into()
    }
}

impl<T: ToString> Nullable for EnumText<T> {
    fn null() -> Value {
        Value::String(None)
    }
}

impl<T: FromStr<Err = UnknownText>> TryGetable for EnumText<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let parsed = String::try_get_by(row, index)?.parse();
        Ok(Self(parsed.map_err(|unknown| DbErr::Type(format!("a stored text: {unknown}")))?))
    }
}

impl<T: FromStr<Err = UnknownText>> ValueType for EnumText<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let text = <String as ValueType>::try_from(value)?;
        text.parse().map(Self).map_err(|_| ValueTypeErr)
    }

    fn type_name() -> String {
        String::type_name()
    }

    fn array_type() -> ArrayType {
        String::array_type()
    }

    fn column_type() -> ColumnType {
        String::column_type()
    }
}
