// Digits: what two people read to each other to know that each has the other's right key (docs/cli.md,
// "trust"; docs/decisions/0019-trust-digits.md).
//
// 30 from each account, so that both see the same 60. Pure functions.
#pragma once

#include <cstdint>
#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

#include "model/ids.hpp"
#include "model/names.hpp"

namespace p2pc::identity {

// One of the two who compare.
struct Compared {
    Compared(model::UserName of_user, const model::PublicKey& key)
        : user(std::move(of_user)), account_key(key) {}
    model::UserName user;
    model::PublicKey account_key;
};

constexpr std::size_t digits_of_account = 30;
constexpr std::size_t digits_of_both = 2 * digits_of_account;
// 26 ms an account here; each doubling costs a forger one bit more on top of the 99 of 30 digits.
constexpr std::uint32_t digit_rounds = 65'536;

// 30 digits of a user, the server's founding key and the account key.
std::string account_digits(const Compared& account, const model::PublicKey& founding_key);

// The same 60 for both: those of the lesser name first. REQUIRES: two names.
std::string shared_digits(const Compared& one, const Compared& other, const model::PublicKey& founding_key);

// In groups of five: "12345 67890 ...".
std::string grouped(std::string_view digits);

// 60 digits as people type them: spaces count for nothing.   Errc::usage
Result<std::string> parse_digits(std::string_view text);

}  // namespace p2pc::identity
