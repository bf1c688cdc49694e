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

TEST_CASE("a code that is none of ours is an internal error", "[wire][message]") {
    const auto last = code_to(Errc::wrong_code);
    CHECK(code_from(last) == Errc::wrong_code);
    CHECK(code_from(1) == static_cast<Errc>(1));
    for (const std::uint32_t strange : {0U, last + 1, UINT32_MAX})
        CHECK(code_from(strange) == Errc::internal);
}

TEST_CASE("a hello of more than 32 fields, or a request of more than 300 at any depth, is malformed",
          "[wire][message]") {
    pb::Hello hello;
    for (int i = 0; i < 32; ++i)
        hello.add_features("");
    CHECK(parse_hello(body_of(frame(hello))));
    hello.add_features("");
    CHECK(!parse_hello(body_of(frame(hello))));

    pb::ClientMessage request;
    for (int i = 0; i < 300; ++i)
        request.mutable_announce()->add_sessions();
    CHECK(parse_client(body_of(frame(request))));
    request.mutable_announce()->add_sessions();
    CHECK(!parse_client(body_of(frame(request))));
}

TEST_CASE("fields this version does not know count like the others, also in a request that has none",
          "[wire][message]") {
    for (const std::uint8_t number : {6, 14, 15}) {
        CAPTURE(number);
        const auto request = [&](std::size_t fields) {
            Bytes body{static_cast<std::byte>(number << 3 | 2)};
            const std::size_t size = 3 * fields;
            append(body, bytes({static_cast<int>(size & 0x7f | 0x80), static_cast<int>(size >> 7)}));
            for (std::size_t i = 0; i < fields; ++i)
                append(body, bytes({0x98, 0x3f, 1}));
            return body;
        };
        CHECK(parse_client(request(300)));
        CHECK_FALSE(parse_client(request(301)));
    }
}

TEST_CASE("a message may be as long as a frame carries, and not a byte longer", "[wire][message]") {
    pb::PeerMessage message;
    message.mutable_text()->set_text("x");
    const std::size_t around = message.ByteSizeLong() + 4;  // both lengths grow to three bytes
    message.mutable_text()->set_text(std::string(max_control - around + 1, 'x'));
    REQUIRE(message.ByteSizeLong() == max_control);
    CHECK(parse_peer(body_of(frame(message))));
    message.mutable_text()->mutable_text()->push_back('x');
    CHECK_FALSE(parse_peer(body_of(frame(message))));
}

TEST_CASE("a text that claims more bytes than there are is malformed, at every depth", "[wire][message]") {
    CHECK(parse_client(bytes({8, 1, 0x42, 3, 0x0a, 1, 'x'})));
    CHECK_FALSE(parse_client(bytes({8, 1, 0x42, 4, 0x0a, 1, 'x'})));
    CHECK_FALSE(parse_client(bytes({8, 1, 0x42, 3, 0x0a, 2, 'x'})));
    CHECK_FALSE(parse_client(bytes({8, 1, 0x42, 0xff, 0xff, 0xff, 0xff, 0x0f})));
    CHECK_FALSE(parse_client(bytes({8, 1, 0x42})));
    CHECK_FALSE(parse_client(bytes({8, 1, 0x42, 0x80})));
    CHECK_FALSE(parse_client(bytes({8, 1, 0x9b, 0x3f})));  // a group that nothing ends
}
