//! The interface document (OpenAPI 3.1), made from the same table as the router.
#![allow(
    clippy::indexing_slicing,
    reason = "assigning to a key of a JSON object makes it"
)]

use relay::MemoryStore;
use serde_json::{Map, Value, json};

use crate::endpoint::{self, Answer, Description, Size};

fn octets(size: Size) -> Value {
    let (minimum, maximum) = match size {
        Size::Exactly(size) => (size, size),
        Size::AtMost(size) => (0, size),
    };
    json!({"application/octet-stream": {"schema": {
        "type": "string", "format": "binary", "minLength": minimum, "maxLength": maximum,
    }}})
}

fn operation(description: &Description) -> Value {
    let mut responses = Map::new();
    let (status, well) = match description.answer {
        Answer::Bytes(size) => (
            "200",
            json!({"description": "done", "content": octets(size)}),
        ),
        Answer::Nothing => ("204", json!({"description": "done"})),
        Answer::Events => (
            "200",
            json!({"description": "events", "content": {"text/event-stream": {}}}),
        ),
        Answer::Text => (
            "200",
            json!({"description": "ready", "content": {"text/plain": {}}}),
        ),
    };
    responses.insert(status.into(), well);
    for error in description.errors {
        let entry = responses.entry(error.status().to_string()).or_insert_with(|| {
            json!({
                "description": "",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            })
        });
        let described = entry["description"].as_str().unwrap_or_default();
        let separator = if described.is_empty() { "" } else { ", " };
        entry["description"] = format!("{described}{separator}{}", error.code()).into();
    }
    let mut operation = json!({"summary": description.summary, "responses": responses});
    if let Some(size) = description.body {
        operation["requestBody"] = json!({"required": true, "content": octets(size)});
    }
    if description.desk_only {
        operation["security"] = json!([{"desk": []}]);
    }
    if matches!(description.path, "/v1/desk/posts" | "/v1/desk/log") && description.method == "get"
    {
        operation["parameters"] = json!([{
            "name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0},
        }]);
    }
    operation
}

/// The document.
pub fn openapi() -> Value {
    let mut paths = Map::new();
    for (description, _) in endpoint::all::<MemoryStore>() {
        let path = paths.entry(description.path).or_insert_with(|| json!({}));
        path[description.method] = operation(&description);
    }
    let codes: Vec<&str> = relay::RelayError::ALL
        .iter()
        .map(|error| error.code())
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Footbridge relay", "version": "1", "license": {"name": "AGPL-3.0-or-later"}},
        "paths": paths,
        "components": {
            "securitySchemes": {"desk": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": {
                "type": "object",
                "required": ["error", "detail"],
                "properties": {
                    "error": {"type": "string", "enum": codes},
                    "detail": {"type": "string"},
                },
            }},
        },
    })
}
