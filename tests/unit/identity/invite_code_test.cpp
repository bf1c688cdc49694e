#include "identity/invite_code.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace p2pc;
using identity::check_digit;
using identity::InviteCode;

namespace {

// The generator's next number, as InviteCode draws it.
class Number final : public crypto::Random {
  public:
    explicit Number(std::uint64_t number) : number_(number) {}
    void fill(std::span<std::byte> out) override {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<std::byte>(number_ >> (8 * (out.size() - 1 - i)));
    }

  private:
    std::uint64_t number_;
};

bool is_code(const std::string& text) {
    const auto parsed = InviteCode::parse(text);
    if (!parsed) CHECK(parsed.error().code() == Errc::usage);
    return parsed.ok();
}

}  // namespace

TEST_CASE("the check digit is Damm's", "[identity][invite]") {
    CHECK(check_digit("572") == '4');  // the example of his thesis
    CHECK(check_digit("") == '0');
    for (char a = '0'; a <= '9'; ++a) {
        std::set<char> after;
        for (char b = '0'; b <= '9'; ++b)
            after.insert(check_digit(std::string{a, b}));
        CHECK(after.size() == 10);
    }
}

TEST_CASE("one wrong digit, and two neighbours that changed places, make a code none", "[identity][invite]") {
    crypto::SeededRandom random{5};
    for (int i = 0; i < 300; ++i) {
        const auto right = InviteCode::draw(random).together();
        REQUIRE(is_code(right));
        for (std::size_t at = 0; at < right.size(); ++at) {
            for (char digit = '0'; digit <= '9'; ++digit) {
                auto wrong = right;
                wrong[at] = digit;
                if (digit != right[at] && is_code(wrong)) FAIL(right << " and " << wrong);
            }
            if (at + 1 == right.size() || right[at] == right[at + 1]) continue;
            auto swapped = right;
            std::swap(swapped[at], swapped[at + 1]);
            if (is_code(swapped)) FAIL(right << " and " << swapped);
        }
    }
}

TEST_CASE("a code is spoken in three groups and typed in any", "[identity][invite]") {
    Number random{4821390657};
    const auto code = InviteCode::draw(random);
    const std::string last{check_digit("4821390657")};
    CHECK(code.spoken() == "4821 3906 57" + last);
    CHECK(code.together() == "4821390657" + last);
    CHECK(as_text(code.secret()) == "4821390657");
    for (const auto& typed : {code.spoken(), code.together(), "  4821-3906-57" + last + " ",
                              "4-8 2 1 3 9 0 6 5 7-" + last, "-48213906 57" + last}) {
        INFO(typed);
        const auto read = InviteCode::parse(typed);
        REQUIRE(read);
        CHECK(read->together() == code.together());
    }
}

TEST_CASE("a code has 11 digits and nothing else in it", "[identity][invite]") {
    const std::string right = "4821390657" + std::string{check_digit("4821390657")};
    for (const auto& wrong :
         {std::string{}, std::string{"-"}, right.substr(1), right.substr(0, 10), right + "0", "0" + right,
          right + "\n", right + "x", "+" + right, right.substr(0, 10) + "C", std::string(100'000, '1'),
          std::string{"\xd9\xa4"} + right.substr(1), right + std::string(1, '\0')}) {
        const auto read = InviteCode::parse(wrong);
        REQUIRE(!read);
        CHECK(read.error().code() == Errc::usage);
    }
}

TEST_CASE("no error about a code repeats what was typed", "[identity][invite]") {
    for (const std::string_view typed : {"48213906570000", "48213906571", "4821"}) {
        const auto read = InviteCode::parse(typed);
        REQUIRE(!read);
        CHECK(read.error().detail().find("4821") == std::string::npos);
    }
}

TEST_CASE("every number below 10^10 is a code, the least and the greatest too", "[identity][invite]") {
    Number none{0}, last{9'999'999'999}, again{20'000'000'001};
    CHECK(as_text(InviteCode::draw(none).secret()) == "0000000000");
    CHECK(as_text(InviteCode::draw(last).secret()) == "9999999999");
    CHECK(as_text(InviteCode::draw(again).secret()) == "0000000001");
    crypto::SeededRandom random{9};
    std::array<int, 10> first{};
    for (int i = 0; i < 2000; ++i)
        ++first[static_cast<std::size_t>(InviteCode::draw(random).together()[0] - '0')];
    for (const int count : first)
        CHECK(count > 130);
}
