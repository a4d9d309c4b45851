//! A callback as `OpenIM` sends it: command, operationID, body.
