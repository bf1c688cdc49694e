#include "identity/digits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/hash.hpp"

namespace p2pc::identity {
namespace {

constexpr std::string_view purpose{"p2pc/digits/v1\0", 15};
constexpr std::size_t group = 5;  // digits, each group from as many bytes

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

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
        fmt::format_to(std::back_inserter(digits), "{:05}", number % 100'000);
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
    const auto spaces = static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
    const auto digits = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
    if (digits != digits_of_both || digits + spaces != text.size())
        return Error{Errc::usage, "60 digits are due, in groups or not"};
    std::string together{text};
    std::erase(together, ' ');
    return together;
}

}  // namespace p2pc::identity
