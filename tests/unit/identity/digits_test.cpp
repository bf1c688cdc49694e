#include "identity/digits.hpp"

#include <set>

#include "crypto/hash.hpp"
#include "unit/identity/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using namespace p2pc::identity;

namespace {

Compared person(std::string_view name, std::uint64_t key) {
    return {user(name), public_key_of(key)};
}

}  // namespace

TEST_CASE("both people see the same 60 digits, the lesser name's first", "[identity][digits]") {
    const auto alice = person("alice", 2), bob = person("bob", 3);
    const auto seen = shared_digits(alice, bob, founding_key());
    CHECK(seen == shared_digits(bob, alice, founding_key()));
    CHECK(seen == account_digits(alice, founding_key()) + account_digits(bob, founding_key()));
    CHECK(seen.size() == 60);
    CHECK(seen.find_first_not_of("0123456789") == std::string::npos);
}

TEST_CASE("another name, server or account key gives other digits", "[identity][digits]") {
    const std::set<std::string> all{account_digits(person("alice", 2), founding_key()),
                                    account_digits(person("alicf", 2), founding_key()),
                                    account_digits(person("alice", 3), founding_key()),
                                    account_digits(person("alice", 2), public_key_of(4))};
    CHECK(all.size() == 4);
}

TEST_CASE("the digits are the iterated hash that the record describes", "[identity][digits]") {
    // Written a second time, plainly.
    Bytes input;
    const auto add = [&input](BytesView bytes) { input.insert(input.end(), bytes.begin(), bytes.end()); };
    add(
        as_bytes(std::string_view{"p2pc/digits/v1\0\x05"
                                  "alice",
                                  21}));
    add(founding_key().view());
    add(public_key_of(2).view());
    Bytes value;
    for (int round = 0; round < 65'536; ++round) {
        value.insert(value.end(), input.begin(), input.end());
        const auto hash = crypto::hash256({value});
        value.assign(hash.begin(), hash.end());
    }
    std::string digits;
    for (std::size_t at = 0; at < 30; at += 5) {
        unsigned long long number = 0;
        for (std::size_t i = at; i < at + 5; ++i)
            number = number * 256 + std::to_integer<unsigned long long>(value[i]);
        auto text = std::to_string(number % 100'000);
        while (text.size() < 5)
            text.insert(0, "0");
        digits += text;
    }
    CHECK(account_digits(person("alice", 2), founding_key()) == digits);
}

TEST_CASE("digits are shown in groups of five and taken as people type them", "[identity][digits]") {
    const auto digits = shared_digits(person("alice", 2), person("bob", 3), founding_key());
    const auto shown = grouped(digits);
    CHECK(shown.size() == 60 + 11);
    CHECK(shown.substr(0, 12) == digits.substr(0, 5) + ' ' + digits.substr(5, 5) + ' ');
    CHECK(*parse_digits(shown) == digits);
    CHECK(*parse_digits("  " + digits + " ") == digits);
    for (const auto& wrong :
         {std::string{}, digits.substr(1), digits + "0", "a" + digits.substr(1), digits + "a"}) {
        const auto parsed = parse_digits(wrong);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code() == Errc::usage);
    }
}
