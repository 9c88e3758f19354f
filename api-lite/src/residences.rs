//! A person's households: who lives there, and how others come in.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Invited, Joined, Member, NewInvitation, Residence, ResidenceId};

use crate::{
    Api,
    auth::{self, Caller},
    code,
    error::{ApiError, Body},
    id::Id,
};

/// For so long a code lets somebody in.
const INVITATION_LIFE: Duration = Duration::from_hours(7 * 24);
/// Into one household within an hour.
const MOST_INVITATIONS: i64 = 10;
/// As many as are told of a chore, so that nobody is left out.
const MOST_MEMBERS: i64 = 100;
const MOST_RESIDENCES: i64 = 50;

#[derive(Serialize)]
struct Household {
    #[serde(flatten)]
    residence: Residence,
    members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    code: String,
}

/// Their own first, each with who lives there.
pub(crate) async fn list(State(api): State<Api>, caller: Caller) -> Result<Json<Value>, ApiError> {
    let residences = api.store.residences_of(caller.0, MOST_RESIDENCES).await?;
    let most = MOST_RESIDENCES * MOST_MEMBERS;
    let members = api.store.members_with(caller.0, most).await?;
    let there = |id: ResidenceId| {
        members
            .iter()
            .filter(move |member| member.residence_id == id)
    };
    let households = residences.into_iter().map(|residence| Household {
        members: there(residence.id).cloned().collect(),
        residence,
    });
    let households: Vec<_> = households.collect();
    Ok(Json(json!({ "residences": households })))
}

/// A code for somebody to join by. It is shown this once.
pub(crate) async fn invite(
    State(api): State<Api>,
    caller: Caller,
    Id(residence): Id<ResidenceId>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let code = code::fresh();
    let new = NewInvitation {
        residence,
        by: caller.0,
        hash: &auth::hash(&code::meant(&code)),
        life: INVITATION_LIFE,
        most: MOST_INVITATIONS,
    };
    match api.store.invite(new).await? {
        Invited::Until(at) => {
            let body = json!({ "code": code, "expires_at": at });
            Ok((StatusCode::CREATED, Json(body)))
        }
        Invited::NotAMember => Err(ApiError::not_found()),
        Invited::NotTheOwner => Err(not_the_owner()),
        Invited::TooOften => Err(too_often()),
    }
}

/// Makes the caller a member of the household whose code it is; also the second time, for who did not hear
/// our answer asks again.
pub(crate) async fn join(
    State(api): State<Api>,
    caller: Caller,
    Body(given): Body<Code>,
) -> Result<Json<Residence>, ApiError> {
    let hash = auth::hash(&code::meant(&given.code));
    match api.store.join(caller.0, &hash, MOST_MEMBERS).await? {
        Joined::Yes(residence) => Ok(Json(residence)),
        refused => Err(refusal(&refused)),
    }
}

fn refusal(joined: &Joined) -> ApiError {
    let (status, code, message) = match joined {
        Joined::Expired => (
            StatusCode::GONE,
            "code_expired",
            "this code has expired; ask who gave it to you for another",
        ),
        Joined::Used => (
            StatusCode::GONE,
            "code_used",
            "somebody has joined by this code already; ask who gave it to you for another",
        ),
        Joined::AlreadyAMember => (
            StatusCode::CONFLICT,
            "already_a_member",
            "you live in this household already; the code is still good for somebody else",
        ),
        Joined::Full => (
            StatusCode::CONFLICT,
            "household_full",
            "as many people as a household can have live there",
        ),
        Joined::UnknownCode | Joined::Yes(_) => (
            StatusCode::NOT_FOUND,
            "unknown_code",
            "there is no such code; see whether it is typed as you were given it",
        ),
    };
    ApiError::new(status, code, message).at("code")
}

fn not_the_owner() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "not_the_owner",
        "only who made this household can invite people into it",
    )
}

fn too_often() -> ApiError {
    ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_often",
        format!("a household can invite {MOST_INVITATIONS} times within an hour; try again later"),
    )
}
