#include "identity/pin.hpp"
#include "unit/identity/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using namespace p2pc::identity;

namespace {

identity::Pin bob(std::uint64_t serial) {
    return {user("bob"), founding_key(), public_key_of(2), serial, WallTime{}};
}

}  // namespace

TEST_CASE("an account is judged by its pin: key first, then the serial of its list", "[identity][pin]") {
    CHECK(judge(std::nullopt, public_key_of(2), 1) == Verdict::fresh);
    CHECK(judge(bob(5), public_key_of(2), 4) == Verdict::stale);
    CHECK(judge(bob(5), public_key_of(2), 5) == Verdict::match);
    CHECK(judge(bob(5), public_key_of(2), 6) == Verdict::match);
    CHECK(judge(bob(5), public_key_of(3), 4) == Verdict::changed);
    CHECK(judge(bob(5), public_key_of(3), 6) == Verdict::changed);
}

TEST_CASE("a changed key and an old list are identity errors that name the user", "[identity][pin]") {
    CHECK(admit(Verdict::fresh, user("bob")));
    CHECK(admit(Verdict::match, user("bob")));
    for (auto verdict : {Verdict::changed, Verdict::stale}) {
        const auto refused = admit(verdict, user("bob"));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code() == Errc::identity);
        CHECK(refused.error().detail().find("'bob'") != std::string::npos);
    }
}

TEST_CASE("trust reads new, pinned, verified or changed", "[identity][pin]") {
    auto verified = bob(1);
    verified.verified = true;
    CHECK(trust_text(trust_in(std::nullopt, public_key_of(2))) == "new");
    CHECK(trust_text(trust_in(bob(1), public_key_of(2))) == "pinned");
    CHECK(trust_text(trust_in(verified, public_key_of(2))) == "verified");
    CHECK(trust_text(trust_in(verified, public_key_of(3))) == "changed");
    // What is none of them is not trusted.
    CHECK(trust_text(static_cast<Trust>(9)) == "changed");
    CHECK(admit(static_cast<Verdict>(9), user("bob")).error().code() == Errc::internal);
}
