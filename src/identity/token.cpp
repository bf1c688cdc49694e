#include "identity/token.hpp"

#include "base/encoding.hpp"

namespace p2pc::identity {
namespace {

constexpr std::string_view purpose{"p2pc/token/v1\0", 14};

}  // namespace

Token Token::generate(crypto::Random& random) {
    crypto::SecretBytes<size> bytes;
    random.fill(bytes.writable());
    return Token{std::move(bytes)};
}

Result<Token> Token::parse(std::string_view text) {
    std::string letters;
    for (const char c : text) {
        if (c == '-' || c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
        letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    auto bytes = base::from_base32(letters);
    crypto::wipe(letters);
    if (!bytes || bytes->size() != size) return Error{Errc::malformed, "not a token"};
    Token token{crypto::SecretBytes<size>{BytesView{*bytes}.first<size>()}};
    crypto::wipe(*bytes);
    return token;
}

std::string Token::text() const {
    return base::to_base32(bytes_.view());
}

crypto::Hash256Value Token::hash() const {
    return crypto::hash256({as_bytes(purpose), bytes_.view()});
}

}  // namespace p2pc::identity
