#include "identity/digits.hpp"

#include <algorithm>

#include "crypto/hash.hpp"

namespace p2pc::identity {
namespace {

constexpr std::string_view purpose{"p2pc/digits/v1\0", 15};
constexpr std::size_t group = 5;  // digits, each group from as many bytes

}  // namespace

std::string account_digits(const Compared& account, const model::PublicKey& founding_key) {
    std::string named{purpose};
    named += static_cast<char>(account.user.text().size());
    named += account.user.text();
    auto value = crypto::hash256({as_bytes(named), founding_key.view(), account.account_key.view()});
    // The input goes in again each time: two inputs that once meet must not stay together.
    for (std::uint32_t round = 1; round < digit_rounds; ++round) {
        value = crypto::hash256({value, as_bytes(named), founding_key.view(), account.account_key.view()});
    }
    std::string digits;
    for (std::size_t at = 0; digits.size() < digits_of_account; at += group) {
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < group; ++i)
            number = number << 8 | std::to_integer<std::uint64_t>(value[at + i]);
        const auto text = std::to_string(number % 100'000);
        digits += std::string(group - text.size(), '0') + text;
    }
    return digits;
}

std::string shared_digits(const Compared& one, const Compared& other, const model::PublicKey& founding_key) {
    const bool in_order = one.user.text() < other.user.text();
    const auto& first = in_order ? one : other;
    const auto& second = in_order ? other : one;
    return account_digits(first, founding_key) + account_digits(second, founding_key);
}

std::string grouped(std::string_view digits) {
    std::string out;
    for (std::size_t at = 0; at < digits.size(); at += group) {
        if (at > 0) out += ' ';
        out += digits.substr(at, group);
    }
    return out;
}

Result<std::string> parse_digits(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != ' '; });
    const bool fits = digits.size() == digits_of_both &&
                      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!fits) return Error{Errc::usage, "60 digits are due, in groups or not"};
    return digits;
}

}  // namespace p2pc::identity
