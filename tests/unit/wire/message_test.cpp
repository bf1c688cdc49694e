#include "wire/message.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using namespace p2pc::wire;

namespace {

Bytes bytes(std::initializer_list<int> values) {
    Bytes out;
    for (int v : values)
        out.push_back(static_cast<std::byte>(v));
    return out;
}

pb::Hello page_hello() {
    pb::Hello hello;
    hello.set_version_least(1);
    hello.set_version_most(1);
    hello.set_role(pb::ROLE_DEVICE);
    hello.set_user("alice");
    hello.set_device_id(std::string(16, 0x11));
    hello.set_key(std::string(32, 0x22));
    return hello;
}

Bytes body_of(const Bytes& frame) {
    return {frame.begin() + header_size, frame.end()};
}

}  // namespace

TEST_CASE("the frames of the exchange in docs/protocol.md are the bytes printed there", "[wire][message]") {
    Bytes expected =
        bytes({0, 0, 0, 0x42, 1, 8, 1, 0x10, 1, 0x18, 4, 0x22, 5, 'a', 'l', 'i', 'c', 'e', 0x2a, 0x10});
    expected.insert(expected.end(), 16, std::byte{0x11});
    append(expected, bytes({0x32, 0x20}));
    expected.insert(expected.end(), 32, std::byte{0x22});
    CHECK(frame(page_hello()) == expected);

    pb::ClientMessage request;
    request.set_id(1);
    request.mutable_list_users();
    CHECK(frame(request) == bytes({0, 0, 0, 5, 4, 8, 1, 0x32, 0}));

    pb::Hello server;
    server.set_version_least(1);
    server.set_version_most(1);
    server.set_role(pb::ROLE_SERVER);
    server.set_key(std::string(32, 0x33));
    const auto answer = frame(server);
    CHECK(Bytes(answer.begin(), answer.begin() + 13) ==
          bytes({0, 0, 0, 0x29, 1, 8, 1, 0x10, 1, 0x18, 5, 0x32, 0x20}));
}

TEST_CASE("every message survives the way to bytes and back", "[wire][message]") {
    CHECK(parse_hello(body_of(frame(page_hello())))->SerializeAsString() == page_hello().SerializeAsString());

    pb::ServerMessage reply;
    reply.set_reply_to(3);
    auto* session = reply.mutable_sessions()->add_sessions();
    session->set_caller("alice");
    session->mutable_callee_report()->set_bytes_in(1u << 31);
    CHECK(parse_server(body_of(frame(reply)))->SerializeAsString() == reply.SerializeAsString());

    pb::PeerMessage item;
    item.mutable_item_begin()->set_size(0);
    item.mutable_item_begin()->set_mtime_ns(-1);
    const auto parsed = parse_peer(body_of(frame(item)));
    REQUIRE(parsed);
    CHECK(parsed->item_begin().has_size());
    CHECK(parsed->item_begin().mtime_ns() == -1);
}

TEST_CASE("a truncated message or one with bytes left over is malformed", "[wire][message]") {
    const Bytes whole = body_of(frame(page_hello()));
    for (std::size_t n = 1; n < whole.size(); ++n) {
        const auto parsed = parse_hello(BytesView{whole}.first(n));
        // Cut between two fields it is a shorter hello; it must never read as more than what was sent.
        if (parsed) CHECK(parsed->SerializeAsString().size() == n);
    }
    Bytes longer = whole;
    longer.push_back(std::byte{0});
    CHECK_FALSE(parse_hello(longer));
}

TEST_CASE("a repeated singular field, an encoded default or a long varint is malformed", "[wire][message]") {
    CHECK(parse_client(bytes({8, 1, 0x32, 0})));
    CHECK_FALSE(parse_client(bytes({8, 1, 8, 1, 0x32, 0})));
    CHECK_FALSE(parse_client(bytes({8, 0, 0x32, 0})));
    CHECK_FALSE(parse_client(bytes({8, 0x81, 0x00, 0x32, 0})));
    CHECK_FALSE(parse_client(bytes({8, 1, 0x32, 2, 8, 0})));
    CHECK_FALSE(parse_client(bytes({8, 1, 0x32, 0, 0x32, 0})));
}

TEST_CASE("a known field of another wire type is malformed at every depth, an unknown one is skipped",
          "[wire][message]") {
    CHECK_FALSE(parse_client(bytes({0x0a, 1, 1, 0x32, 0})));        // id as bytes
    CHECK_FALSE(parse_client(bytes({8, 1, 0x30, 0})));              // list_users as a number
    CHECK_FALSE(parse_client(bytes({8, 1, 0x32, 3, 0x0a, 1, 1})));  // list_users.all as bytes
    CHECK(parse_client(bytes({8, 1, 0x32, 4, 0x9a, 0x3f, 1, 1})));  // list_users.1011, added later
    const auto unknown_body = parse_client(bytes({8, 1, 0x9a, 0x3f, 0}));
    REQUIRE(unknown_body);
    CHECK(unknown_body->body_case() == pb::ClientMessage::BODY_NOT_SET);
}

TEST_CASE("invalid UTF-8 in a text field is malformed", "[wire][message]") {
    CHECK_FALSE(parse_hello(bytes({0x22, 2, 0xc3, 0x28})));
}

TEST_CASE("the table of field types agrees with the schema: each field set alone is accepted",
          "[wire][message]") {
    pb::Hello h;
    h.set_use(pb::LINK_BULK);
    h.add_features("x");
    h.set_nonce("n");
    h.set_account_key("a");
    h.set_device_list("d");
    h.set_session("s");
    h.set_ticket("t");
    CHECK(parse_hello(body_of(frame(h))));

    pb::ClientMessage c;
    auto accepted = [&] { return parse_client(body_of(frame(c))).ok(); };
    auto* r = c.mutable_register_();
    r->set_account_key("a"), r->set_login_key("b"), r->set_wrapped_key("c"), r->set_device_list("d"),
        r->set_token("e");
    CHECK(accepted());
    c.mutable_enrol_device()->set_device_list("x"), c.mutable_enrol_device()->set_device_id("y");
    CHECK(accepted());
    c.mutable_remove_device()->set_device_id("y");
    CHECK(accepted());
    c.mutable_announce()->set_program(pb::PROGRAM_CHAT);
    c.mutable_announce()->add_endpoints("e"), c.mutable_announce()->add_sessions()->set_session("s");
    CHECK(accepted());
    c.mutable_list_users()->set_all(true);
    CHECK(accepted());
    c.mutable_watch()->set_all(true);
    CHECK(accepted());
    c.mutable_user_info()->set_user("u");
    CHECK(accepted());
    auto* call = c.mutable_call();
    call->set_user("u"), call->set_device("d"), call->set_kind(pb::KIND_FILES), call->add_endpoints("e");
    call->set_seen_scheme("s"), call->set_seen_port(1);
    CHECK(accepted());
    auto* answer = c.mutable_call_answer();
    answer->set_session("s"), answer->set_take(true), answer->add_endpoints("e");
    CHECK(accepted());
    c.mutable_call_cancel()->set_session("s");
    CHECK(accepted());
    auto* report = c.mutable_report();
    report->set_session("s"), report->set_reason(pb::END_LOST), report->set_bytes_in(1),
        report->set_bytes_out(2);
    report->set_path("p"), report->set_ended_ms(3);
    CHECK(accepted());
    c.mutable_sessions_query()->set_limit(5);
    CHECK(accepted());
    c.mutable_logout();
    CHECK(accepted());
    c.mutable_open_window();
    CHECK(accepted());
    auto* password = c.mutable_change_password();
    password->set_device_list("l"), password->set_device_id("i"), password->set_login_key("k"),
        password->set_wrapped_key("w");
    CHECK(accepted());

    pb::ServerMessage s;
    auto taken = [&] { return parse_server(body_of(frame(s))).ok(); };
    s.mutable_done();
    CHECK(taken());
    s.mutable_failure()->set_code(3), s.mutable_failure()->set_retry_after_ms(4);
    CHECK(taken());
    auto* w = s.mutable_welcome();
    w->set_account_key("a"), w->set_wrapped_key("w"), w->set_device_list("d"), w->set_observed("o");
    w->set_failed_attempts(2), w->add_removed_devices("r"), w->add_removed_devices("s");
    CHECK(taken());
    auto* u = s.mutable_users()->add_users();
    s.mutable_users()->set_more(true);
    u->set_name("n"), u->set_online(true), u->set_since_ms(1), u->set_account_key("k");
    u->set_device_list("l");
    u->add_devices()->set_name("d"), u->mutable_devices(0)->add_endpoints("e");
    CHECK(taken());
    auto* i = s.mutable_incoming_call();
    i->set_session("s"), i->set_ticket("t"), i->set_kind(pb::KIND_CHAT);
    auto* p = i->mutable_peer();
    p->set_user("u"), p->set_device("d"), p->set_device_id("i"), p->set_account_key("a"),
        p->set_device_list("l");
    p->add_endpoints("e"), p->set_same_address(true);
    CHECK(taken());
    s.mutable_call_opened()->set_session("s"), s.mutable_call_opened()->set_ticket("t");
    *s.mutable_call_opened()->mutable_peer() = pb::PeerDescription{};
    CHECK(taken());
    s.mutable_call_gone()->set_session("s");
    CHECK(taken());
    auto* info = s.mutable_sessions()->add_sessions();
    info->set_session("s"), info->set_caller("a"), info->set_caller_device("b"), info->set_callee("c");
    info->set_callee_device("d"), info->set_state(pb::SESSION_ENDED), info->set_started_ms(1),
        info->set_ended_ms(2);
    info->set_reason(pb::END_CLOSED);
    auto* end = info->mutable_caller_report();
    end->set_reason(pb::END_LOST), end->set_bytes_in(1), end->set_bytes_out(2), end->set_path("p");
    CHECK(taken());
    s.mutable_device_removed();
    CHECK(taken());

    pb::PeerMessage m;
    auto heard = [&] { return parse_peer(body_of(frame(m))).ok(); };
    m.mutable_link_chosen();
    CHECK(heard());
    m.mutable_invite();
    CHECK(heard());
    m.mutable_invite_answer()->set_accepted(true);
    CHECK(heard());
    m.mutable_text()->set_id(1), m.mutable_text()->set_text("t");
    CHECK(heard());
    m.mutable_text_taken()->set_id(1), m.mutable_text_taken()->set_code(2);
    CHECK(heard());
    auto* o = m.mutable_offer();
    o->set_delivery(1), o->set_files(2), o->set_total(0), o->set_first_name("f");
    o->set_update(true), o->set_dry_run(true), o->set_remove(true);
    CHECK(heard());
    m.mutable_offer_answer()->set_delivery(1), m.mutable_offer_answer()->set_code(2);
    m.mutable_offer_answer()->set_resume(true);
    CHECK(heard());
    auto* b = m.mutable_item_begin();
    b->set_delivery(1), b->set_item(2), b->set_kind(pb::ITEM_FILE), b->set_name("n"), b->set_size(3),
        b->set_mode(4);
    b->set_mtime_ns(5), b->set_source("s"), b->set_target("t"), b->set_keep(true), b->set_from(6);
    b->set_checksum("sha256"), b->set_whole(true), b->add_exclude("*.o");
    CHECK(heard());
    auto* e = m.mutable_item_end();
    e->set_item(1), e->set_size(2), e->set_digest("d"), e->set_code(3);
    e->set_checksum("c");
    CHECK(heard());
    m.mutable_item_result()->set_item(1), m.mutable_item_result()->set_code(2),
        m.mutable_item_result()->set_skipped(true);
    CHECK(heard());
    m.mutable_delivery_end()->set_delivery(1), m.mutable_delivery_end()->set_code(2);
    m.mutable_delivery_end()->set_whole(true);
    CHECK(heard());
    m.mutable_delivery_result()->set_delivery(1), m.mutable_delivery_result()->set_code(2);
    m.mutable_delivery_result()->set_removed(3);
    CHECK(heard());
    m.mutable_close();
    CHECK(heard());
    m.mutable_open_bulk();
    CHECK(heard());
    m.mutable_item_hole()->set_item(1), m.mutable_item_hole()->set_offset(2),
        m.mutable_item_hole()->set_length(3);
    CHECK(heard());
    m.mutable_item_chunks()->set_item(1), m.mutable_item_chunks()->set_first(2),
        m.mutable_item_chunks()->set_hashes("h");
    CHECK(heard());
    auto* q = m.mutable_ask();
    q->set_ask(1), q->set_kind(pb::ITEM_LINK), q->set_name("n"), q->set_size(2), q->set_mtime_ns(3);
    q->set_source("s"), q->set_target("t"), q->set_digest("d"), q->set_whole(true), q->add_exclude("*.o");
    CHECK(heard());
    m.mutable_ask_answer()->set_ask(1), m.mutable_ask_answer()->set_code(2);
    m.mutable_ask_answer()->set_keep(true), m.mutable_ask_answer()->set_from(4);
    m.mutable_ask_answer()->set_digest("d");
    CHECK(heard());
}

TEST_CASE("a code that is none of ours is an internal error", "[wire][message]") {
    const auto last = code_to(Errc::bad_token);
    CHECK(code_from(last) == Errc::bad_token);
    CHECK(code_from(1) == static_cast<Errc>(1));
    for (const std::uint32_t strange : {0U, last + 1, UINT32_MAX})
        CHECK(code_from(strange) == Errc::internal);
}
