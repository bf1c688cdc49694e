#include "identity/invite_terms.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "unit/identity/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using identity::InviteMeeting;

namespace {

InviteMeeting meeting() {
    return {{*model::UserName::parse("alice"), public_key_of(1)},
            {*model::UserName::parse("bob"), public_key_of(2)},
            public_key_of(3),
            model::SessionId{ByteArray<16>{std::byte{4}}},
            crypto::Hash256Value{std::byte{5}}};
}

identity::InviteCode code(std::string_view digits) {
    return std::move(*identity::InviteCode::parse(std::string{digits} + identity::check_digit(digits)));
}

}  // namespace

TEST_CASE("names, keys, roles, server, session, connection and code: each makes the run another",
          "[identity][invite]") {
    const auto right = code("4821390657");
    const std::function<void(InviteMeeting&)> changes[] = {
        [](InviteMeeting&) {},
        [](InviteMeeting& m) { m.enters.user = *model::UserName::parse("alice2"); },
        [](InviteMeeting& m) { m.enters.account_key = public_key_of(9); },
        [](InviteMeeting& m) { m.waits.user = *model::UserName::parse("bo"); },
        [](InviteMeeting& m) { m.waits.account_key = public_key_of(9); },
        [](InviteMeeting& m) { std::swap(m.enters, m.waits); },
        [](InviteMeeting& m) { std::swap(m.enters.account_key, m.waits.account_key); },
        [](InviteMeeting& m) { m.founding_key = public_key_of(9); },
        [](InviteMeeting& m) { m.session = model::SessionId{}; },
        [](InviteMeeting& m) { m.link_name = crypto::Hash256Value{}; },
    };
    std::set<Bytes> generators;
    const auto add = [&generators](const identity::InviteCode& with, const InviteMeeting& at) {
        const auto generator = identity::cpace_generator(identity::invite_terms(with, at));
        generators.emplace(generator.view().begin(), generator.view().end());
    };
    for (const auto& change : changes) {
        auto changed = meeting();
        change(changed);
        add(right, changed);
    }
    add(code("4821390658"), meeting());
    CHECK(generators.size() == std::size(changes) + 1);
    add(right, meeting());
    CHECK(generators.size() == std::size(changes) + 1);
}

TEST_CASE("the check digit is no part of what the two sides prove", "[identity][invite]") {
    const auto some = code("0000000000");
    CHECK(as_text(identity::invite_terms(some, meeting()).password) == "0000000000");
}

TEST_CASE("the two roles say different things", "[identity][invite]") {
    CHECK(identity::invite_role(identity::Cpace::Role::initiator) !=
          identity::invite_role(identity::Cpace::Role::responder));
}
