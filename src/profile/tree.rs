//! The profile's schema as a tree to walk: which keys a table may have, which values a key takes.
//!
//! Reads the shapes that `schemars` writes for our model: references, alternatives, objects,
//! maps, lists and plain values.

use serde_json::Value;

use super::schema;

/// A place in the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node(&'static Value);

/// One alternative of a place, references resolved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    /// Name of the type, where it has one: `Duration`, `WebhookKey`.
    pub name: Option<&'static str>,
    value: &'static Value,
}

impl Node {
    /// The whole profile.
    pub fn root() -> Node {
        Node(schema::value())
    }

    /// The alternatives, flattened.
    pub fn branches(self) -> Vec<Branch> {
        let mut found = Vec::new();
        collect(self.0, None, &mut found, 0);
        found
    }

    /// What a table's key holds; `None` when no alternative knows it.
    pub fn child(self, key: &str) -> Option<Node> {
        self.branches().iter().find_map(|b| b.child(key))
    }

    /// Keys that a table here may have.
    pub fn keys(self) -> Vec<&'static str> {
        let mut keys: Vec<_> = self.branches().iter().flat_map(|b| b.keys()).collect();
        keys.dedup();
        keys
    }

    /// What a list here holds.
    pub fn items(self) -> Option<Node> {
        self.branches().iter().find_map(|b| b.value.get("items")).map(Node)
    }

    /// Whether a value of that JSON type may stand here.
    pub fn takes(self, json_type: &str) -> bool {
        self.branches().iter().any(|b| b.is(json_type))
    }
}

impl Branch {
    /// Whether its values are of that JSON type; a whole number is a number too.
    pub fn is(&self, json_type: &str) -> bool {
        let one = |t: &str| t == json_type || (t == "number" && json_type == "integer");
        match self.value.get("type") {
            Some(Value::String(t)) => one(t),
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).any(one),
            _ => false,
        }
    }

    fn child(&self, key: &str) -> Option<Node> {
        let named = self.value.get("properties").and_then(|p| p.get(key));
        let any = self.value.get("additionalProperties").filter(|a| a.is_object());
        named.or(any).map(Node)
    }

    /// Its keys, where it is a table.
    pub fn keys(&self) -> Vec<&'static str> {
        let properties = self.value.get("properties").and_then(Value::as_object);
        properties.map(|p| p.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    /// The keys it cannot be without.
    pub fn required(&self) -> Vec<&'static str> {
        let required = self.value.get("required").and_then(Value::as_array);
        required.map(|r| r.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    /// Whether it is a table with exactly one key that names a variant.
    pub fn is_variant(&self) -> bool {
        self.is("object") && self.keys().len() == 1 && self.required() == self.keys()
    }

    /// The texts it takes, where they are a fixed choice.
    pub fn choice(&self) -> Vec<&'static str> {
        if let Some(one) = self.value.get("const").and_then(Value::as_str) {
            return vec![one];
        }
        let choice = self.value.get("enum").and_then(Value::as_array);
        choice.map(|c| c.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    /// Whether it takes no negative numbers.
    pub fn no_negatives(&self) -> bool {
        self.value.get("minimum").and_then(Value::as_f64) == Some(0.0)
    }
}

fn collect(value: &'static Value, name: Option<&'static str>, found: &mut Vec<Branch>, depth: usize) {
    // Recursion in our types passes through `properties`, never through references alone.
    if depth > 16 {
        return;
    }
    if let Some(reference) = value.get("$ref").and_then(Value::as_str)
        && let Some(pointer) = reference.strip_prefix('#')
        && let Some(target) = schema::value().pointer(pointer)
    {
        return collect(target, pointer.rsplit('/').next(), found, depth + 1);
    }
    let alternatives = ["anyOf", "oneOf"].iter().find_map(|k| value.get(k).and_then(Value::as_array));
    match alternatives {
        Some(list) => list.iter().for_each(|v| collect(v, name, found, depth + 1)),
        None if value.get("type").and_then(Value::as_str) == Some("null") => {}
        None => found.push(Branch { name, value }),
    }
}
