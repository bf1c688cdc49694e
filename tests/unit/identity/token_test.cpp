#include "identity/token.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using identity::Token;

TEST_CASE("a token is read as it was written, in either case, with dashes and spaces", "[identity][token]") {
    crypto::SeededRandom random{1};
    const Token token = Token::generate(random);
    const std::string text = token.text();
    CHECK(text.size() == 32);
    std::string loud = "  ";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && i % 4 == 0) loud += i % 8 == 0 ? ' ' : '-';
        loud += static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
    }
    for (const auto& typed : {text, loud + "\n", text + "\r\n"}) {
        const auto read = Token::parse(typed);
        REQUIRE(read);
        CHECK(read->hash() == token.hash());
    }
}

TEST_CASE("what is no token is none", "[identity][token]") {
    crypto::SeededRandom random{1};
    const std::string text = Token::generate(random).text();
    for (const std::string& none : {std::string{}, text.substr(1), text + "a", "1" + text.substr(1),
                                    text.substr(1) + "\xc3\xa4", std::string(32, '\0')}) {
        const auto read = Token::parse(none);
        REQUIRE(!read);
        CHECK(read.error().code() == Errc::malformed);
        // Not even in an error.
        CHECK(read.error().detail() == "not a token");
    }
}

TEST_CASE("two tokens are not the same, and neither are their hashes", "[identity][token]") {
    crypto::SeededRandom random{1};
    const Token one = Token::generate(random);
    const Token other = Token::generate(random);
    CHECK(one.text() != other.text());
    CHECK(one.hash() != other.hash());
}
