#include <cstring>

#include "base/encoding.hpp"
#include "identity/proof.hpp"
#include "unit/identity/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using identity::Purpose;
using identity::Role;

namespace {

transport::Binding binding(std::string_view type, std::string_view value) {
    transport::Binding made;
    std::memcpy(made.type.data(), type.data(), type.size());
    std::memcpy(made.value.data(), value.data(), value.size());
    made.value_size = static_cast<std::uint8_t>(value.size());
    return made;
}

identity::Transcript transcript(std::initializer_list<std::string_view> frames) {
    identity::Transcript made;
    for (auto frame : frames)
        made.add(as_bytes(frame));
    return made;
}

}  // namespace

TEST_CASE("a proof holds for exactly what it was made for", "[identity][proof]") {
    const auto key = key_of(5);
    const auto pub = identity::public_key(key);
    const auto here = binding("tls-exporter", "0123456789abcdef0123456789abcdef");
    const auto frames = transcript({"hello", "answer"});
    const auto proof = prove(key, Purpose::peer, Role::opener, here, frames);
    CHECK(check_proof(pub, Purpose::peer, Role::opener, here, frames, proof));

    CHECK_FALSE(check_proof(pub, Purpose::login, Role::opener, here, frames, proof));
    CHECK_FALSE(check_proof(pub, Purpose::peer, Role::acceptor, here, frames, proof));
    CHECK_FALSE(check_proof(public_key_of(6), Purpose::peer, Role::opener, here, frames, proof));
    CHECK_FALSE(check_proof(pub, Purpose::peer, Role::opener, here, transcript({"hello"}), proof));
    CHECK_FALSE(check_proof(pub, Purpose::peer, Role::opener, here, transcript({"answer", "hello"}), proof));
    CHECK_FALSE(check_proof(pub, Purpose::peer, Role::opener, binding("none", ""), frames, proof));
    CHECK_FALSE(check_proof(pub, Purpose::peer, Role::opener,
                            binding("tls-exporter", "0123456789abcdef0123456789abcdeg"), frames, proof));
    CHECK_FALSE(check_proof(pub, Purpose::peer, Role::opener,
                            binding("tls-unique", "0123456789abcdef0123456789abcdef"), frames, proof));
}

TEST_CASE("a connection's name is of its binding and of every hello", "[identity][proof]") {
    const auto here = binding("tls-exporter", "0123456789abcdef0123456789abcdef");
    const auto name = identity::link_name(here, transcript({"hello", "answer"}));
    CHECK(identity::link_name(here, transcript({"hello", "answer"})) == name);
    CHECK(identity::link_name(here, transcript({"hello"})) != name);
    CHECK(identity::link_name(binding("none", ""), transcript({"hello", "answer"})) != name);
    CHECK(identity::link_name(binding("tls-exporter", "0123456789abcdef0123456789abcdeg"),
                              transcript({"hello", "answer"})) != name);
}

TEST_CASE("moving bytes between the type and the value of a binding breaks the proof", "[identity][proof]") {
    const auto key = key_of(5);
    const auto frames = transcript({"hello"});
    const auto proof = prove(key, Purpose::login, Role::opener, binding("ab", "c"), frames);
    CHECK_FALSE(check_proof(identity::public_key(key), Purpose::login, Role::opener, binding("a", "bc"),
                            frames, proof));
}

TEST_CASE("a binding without a type is the binding none, whatever its value", "[identity][proof]") {
    const auto key = key_of(5);
    const auto frames = transcript({"hello"});
    const auto proof = prove(key, Purpose::login, Role::opener, transport::Binding{}, frames);
    CHECK(check_proof(identity::public_key(key), Purpose::login, Role::opener, binding("none", "x"), frames,
                      proof));
}

TEST_CASE("a plugin's binding without an end or with a size past its room is survived", "[identity][proof]") {
    transport::Binding wild;
    wild.type.fill('t');
    wild.value_size = 255;
    const auto key = key_of(5);
    const auto frames = transcript({"hello"});
    const auto proof = prove(key, Purpose::login, Role::opener, wild, frames);
    CHECK(check_proof(identity::public_key(key), Purpose::login, Role::opener, wild, frames, proof));
}

TEST_CASE("the signed statement is the one of the decision record", "[identity][proof]") {
    const auto key = key_of(5);
    const auto frames = transcript({"hello"});
    Bytes statement;
    append(statement, as_bytes(std::string_view{"p2pc/login/v1\0o\x0ctls-exporter\x02xy", 31}));
    append(statement, crypto::hash256({as_bytes("hello")}));
    CHECK(identity::verify(identity::public_key(key), statement,
                           prove(key, Purpose::login, Role::opener, binding("tls-exporter", "xy"), frames)));
}

TEST_CASE("every purpose has a text of its own", "[identity][proof]") {
    CHECK(identity::purpose_text(Purpose::login) == "p2pc/login/v1");
    CHECK(identity::purpose_text(Purpose::peer) == "p2pc/peer/v1");
    CHECK(identity::purpose_text(static_cast<Purpose>(77)) == "p2pc/none/v1");
}

TEST_CASE("a transcript may be hashed and go on", "[identity][proof]") {
    auto frames = transcript({"hello"});
    const auto before = frames.hash();
    frames.add(as_bytes("answer"));
    CHECK(before == transcript({"hello"}).hash());
    CHECK(frames.hash() == transcript({"hello", "answer"}).hash());
    CHECK(frames.hash() != before);
}
