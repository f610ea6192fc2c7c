//! Names of custom segments in the form by which they are unique.

use domain::text::fold;
use sea_orm_migration::prelude::*;

use super::tables::Tables;

/// There are few. A name that another segment has by the present rule keeps its form, and the segment needs a new name when
/// it is saved again.
pub(super) async fn rewrite(tables: &Tables<'_>) -> Result<(), DbErr> {
    for row in tables.query("SELECT id, name, name_folded FROM custom_segment ORDER BY segment_id", []).await? {
        let (id, name, stored): (String, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if fold(&name) != stored {
            let sql = "UPDATE custom_segment SET name_folded = $2 WHERE id = $1 \
                       AND NOT EXISTS (SELECT 1 FROM custom_segment AS other WHERE other.name_folded = $2)";
            tables.execute(sql, [id.into(), fold(&name).into()]).await?;
        }
    }
    Ok(())
}
