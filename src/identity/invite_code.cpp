#include "identity/invite_code.hpp"

#include <algorithm>
#include <array>

namespace p2pc::identity {
namespace {

constexpr std::uint64_t codes = 10'000'000'000;

// Damm's quasigroup of order 10: no two of a row or a column are alike, c*x*y != c*y*x, and x*x = 0.
constexpr std::array<std::string_view, 10> damm{"0317598642", "7092154863", "4206871359", "1750983426",
                                                "6123045978", "3674209581", "5869720134", "8945362017",
                                                "9438617205", "2581436790"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

char check_digit(std::string_view text) noexcept {
    char interim = '0';
    for (const char c : text)
        interim = damm[static_cast<std::size_t>(interim - '0')][static_cast<std::size_t>(c - '0')];
    return interim;
}

InviteCode InviteCode::draw(crypto::Random& random) {
    InviteCode made;
    const auto text = made.text_.writable();
    std::uint64_t number = random.below(codes);
    for (std::size_t i = secret_digits; i-- > 0; number /= 10)
        text[i] = static_cast<std::byte>('0' + number % 10);
    text[secret_digits] = static_cast<std::byte>(check_digit(as_text(made.secret())));
    return made;
}

Result<InviteCode> InviteCode::parse(std::string_view text) {
    InviteCode made;
    std::size_t have = 0;
    for (const char c : text) {
        if (c == ' ' || c == '-') continue;
        if (!is_digit(c) || have == digits) return Error{Errc::usage, "a code has 11 digits"};
        made.text_.writable()[have++] = static_cast<std::byte>(c);
    }
    if (have != digits) return Error{Errc::usage, "a code has 11 digits"};
    if (check_digit(as_text(made.text_.view())) != '0') {
        return Error{Errc::usage, "that is no code: a digit is wrong, or two have changed places"};
    }
    return made;
}

std::string InviteCode::spoken() const {
    const auto all = as_text(text_.view());
    std::string out;
    out.reserve(digits + 2);
    return out.append(all.substr(0, 4))
        .append(" ")
        .append(all.substr(4, 4))
        .append(" ")
        .append(all.substr(8));
}

}  // namespace p2pc::identity
