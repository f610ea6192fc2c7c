//! The body of a message, from what was stored and from who the users are now.

use domain::{
    segment::SegmentKey,
    webhook::{AlertInMessage, Content, MessageBody, SegmentInMessage, UserInMessage, WebhookEvent},
};
use persistence::{
    ConnectionTrait, DbErr,
    alerts::events::{self, AlertEvent},
    webhooks::{
        lease::Taken,
        people::{self, Person},
    },
};

/// `None` if nobody whom it is about is known any more, so that there is nothing to say.
pub(super) async fn body(
    connection: &impl ConnectionTrait,
    taken: &Taken,
    is_personal: bool,
) -> Result<Option<String>, DbErr> {
    let content = match taken.event {
        WebhookEvent::SegmentEntered | WebhookEvent::SegmentLeft => {
            let users = users(connection, taken, is_personal).await?;
            if users.is_empty() {
                return Ok(None);
            }
            Content::Members { segment: segment(taken)?, users, run_id: taken.run }
        }
        WebhookEvent::DefinitionChanged => {
            Content::Definition { segment: segment(taken)?, version: taken.version.unwrap_or_default() }
        }
        WebhookEvent::RunFailed => Content::Run { run_id: taken.run },
        WebhookEvent::AlertFired | WebhookEvent::AlertCleared => Content::Alert(alert(connection, taken).await?),
    };
    let json = MessageBody::new(taken.event, taken.at, content).to_json();
    json.map(Some).map_err(|_| DbErr::Json("a message cannot be written".into()))
}

fn segment(taken: &Taken) -> Result<SegmentInMessage, DbErr> {
    let key: Option<SegmentKey> = taken.segment.as_ref().and_then(|key| key.parse().ok());
    key.as_ref().map(SegmentInMessage::from).ok_or_else(|| DbErr::Type("the segment of a message".into()))
}

async fn alert(connection: &impl ConnectionTrait, taken: &Taken) -> Result<AlertInMessage, DbErr> {
    let unknown = || DbErr::Type("the alert of a message".into());
    let id = taken.alert_event.ok_or_else(unknown)?;
    let AlertEvent { rule, segment, kind, at, seen, turn, .. } =
        events::find(connection, id).await?.ok_or_else(unknown)?;
    let segment = SegmentInMessage::from(&segment);
    Ok(AlertInMessage { id, rule, segment, at, kind, observed: seen.observed, base: seen.base, state: turn })
}

/// In the order of their numbers.
async fn users(
    connection: &impl ConnectionTrait,
    taken: &Taken,
    is_personal: bool,
) -> Result<Vec<UserInMessage>, DbErr> {
    let cause = taken.cause.ok_or_else(|| DbErr::Type("the cause of a message".into()))?;
    let mut found = people::find(connection, taken.shard, &taken.users).await?;
    let user = |Person { id, email, first_name, last_name }: Person| {
        let personal = |text: Option<String>| text.filter(|_| is_personal);
        UserInMessage {
            user_id: id,
            at: taken.at,
            cause,
            email: personal(email),
            first_name: personal(first_name),
            last_name: personal(last_name),
        }
    };
    Ok(taken.users.iter().filter_map(|no| found.remove(no)).map(user).collect())
}
