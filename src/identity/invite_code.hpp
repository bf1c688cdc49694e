// InviteCode: ten random digits that one person speaks and another types, and an eleventh that finds slips
// (docs/decisions/0021-invite.md).
//
// It is a secret until it was used: move-only, wiped, without a formatter; spoken() is for the one who reads
// it out.
#pragma once

#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace p2pc::identity {

class InviteCode {
  public:
    static constexpr std::size_t secret_digits = 10;
    static constexpr std::size_t digits = secret_digits + 1;

    // Any of the 10^10 as likely as any other.
    static InviteCode draw(crypto::Random& random);
    // As people type it: spaces and dashes count for nothing.
    //   Errc::usage   not 11 digits, or a digit is wrong or has changed places with the next; the text of the
    //                 error has nothing of what was typed
    static Result<InviteCode> parse(std::string_view text);

    // In groups of 4, 4 and 3, and without any; the caller wipes it.
    std::string spoken() const;
    std::string together() const { return std::string{as_text(text_.view())}; }
    // What the other side must know: the random digits, without the last.
    BytesView secret() const noexcept { return BytesView{text_.view()}.first(secret_digits); }

  private:
    InviteCode() = default;
    crypto::SecretBytes<digits> text_;
};

// The digit that follows `text` (Damm): a wrong digit, and two neighbours that changed places, give another.
// REQUIRES: decimal digits only.
char check_digit(std::string_view text) noexcept;

}  // namespace p2pc::identity
