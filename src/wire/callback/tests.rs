//! Claims about callbacks that recordings do not make.

use proptest::prelude::*;

use super::*;

#[test]
fn a_command_is_found_behind_odd_urls() {
    for (target, command) in [
        ("/callbackExample/callbackBeforeCreateGroupCommand", "callbackBeforeCreateGroupCommand"),
        ("/a//callbackBeforeCreateGroupCommand", "callbackBeforeCreateGroupCommand"),
        ("/a?contenttype=json/callbackBeforeCreateGroupCommand", "callbackBeforeCreateGroupCommand"),
        ("/a/callbackAfterSendGroupMsgCommand?key=a/b", "callbackAfterSendGroupMsgCommand"),
        ("http://h:1/a/callbackAfterQuitGroupCommand", "callbackAfterQuitGroupCommand"),
        ("callbackAfterQuitGroupCommand", "callbackAfterQuitGroupCommand"),
        ("/", ""),
        ("/health", "health"),
    ] {
        assert_eq!(command_in_target(target), command, "{target}");
    }
}

#[test]
fn joined_operation_ids_count_for_each_and_the_header_comes_first() {
    let body = parse("callbackBeforeInviteJoinGroupCommand", br#"{"operationID":"b"}"#).unwrap();
    let ids = |header| operation_ids(header, Some(&body)).collect::<Vec<_>>();
    assert_eq!(ids(Some("a$c$")), ["a", "c"]);
    assert_eq!(ids(Some(" ")), ["b"]);
    assert_eq!(ids(None), ["b"]);
    assert_eq!(operation_ids(None, None).count(), 0);
}

#[test]
fn a_command_of_another_spelling_and_a_body_of_another_shape_are_errors() {
    let unknown = parse("callbackBeforeCreateGroupcommand", b"{}");
    assert!(matches!(unknown, Err(CallbackError::UnknownCommand { .. })));
    for body in ["", "[]", "null", "<html>", r#"{"initMemberList":3}"#, r#"{"groupType":"2"}"#] {
        let read = parse("callbackBeforeCreateGroupCommand", body.as_bytes());
        assert!(matches!(read, Err(CallbackError::Body { .. })), "{body}");
    }
}

#[test]
fn every_known_command_has_a_body_that_survives_null_missing_and_unknown_keys() {
    for command in WebhookKey::ALL.iter().flat_map(|key| key.commands()) {
        let text = format!(
            r#"{{"callbackCommand":"{command}","groupID":"7","groupId":"7","initMemberList":null,"memberList":null,
               "invitedUserIDs":null,"kickedUserIDs":null,"membersID":null,"ex":null,"new":{{"a":[1]}}}}"#
        );
        let body = parse(command, text.as_bytes()).unwrap();
        assert_eq!((body.command(), body.group_id()), (*command, "7"));
        let again = parse(command, &body.to_bytes().unwrap()).unwrap();
        assert_eq!(again, body, "{command}");
    }
}

#[test]
fn fields_that_the_caller_left_out_are_written_as_null() {
    let text = concat!(
        r#"{"callbackCommand":"callbackAfterSetGroupInfoExCommand","operationID":"","groupID":"7","groupName":"n","#,
        r#""notification":null,"introduction":null,"faceURL":null,"ex":null,"needVerification":0,"#,
        r#""lookMemberInfo":null,"applyMemberFriend":null}"#,
        "\n"
    );
    let body = parse("callbackAfterSetGroupInfoExCommand", text.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(body.to_bytes().unwrap()).unwrap(), text);
}

#[test]
fn a_working_groups_type_is_the_control_character_2() {
    assert_eq!(group_type_text(2), "\u{2}");
    assert_eq!(group_type_text(-1), "\u{fffd}");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        command in 0..WebhookKey::ALL.len(), body in proptest::collection::vec(any::<u8>(), 0..200)
    ) {
        let _ = parse(WebhookKey::ALL[command].commands()[0], &body);
    }

    #[test]
    fn no_target_makes_the_command_finder_panic(target in ".*") {
        prop_assert!(target.contains(command_in_target(&target)));
    }
}
