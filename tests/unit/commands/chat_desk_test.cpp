#include <catch2/catch.hpp>

#include "commands/chat/desk.hpp"

namespace p2pc::commands::chat {
namespace {

class Office {
  public:
    Result<Number> ask(QuestionKind kind = QuestionKind::call) {
        return desk.ask(
            kind, *model::UserName::parse("bob"), [this](Answer answer) { answers.push_back(answer); }, now);
    }
    Desk desk;
    Instant now{std::chrono::hours{1}};
    std::vector<Answer> answers;
};

}  // namespace

TEST_CASE("the only question is answered without naming it", "[commands][chat]") {
    Office office;
    REQUIRE(office.ask());
    CHECK(office.desk.answer(Which{}, Answer::accepted));
    CHECK(office.answers == std::vector{Answer::accepted});
    CHECK(office.desk.answer(Which{}, Answer::accepted).error().code() == Errc::not_found);
}

TEST_CASE("of several questions one must be named", "[commands][chat]") {
    Office office;
    const auto call = office.ask();
    const auto offer = office.ask(QuestionKind::offer);
    REQUIRE(call);
    REQUIRE(offer);
    CHECK(office.desk.answer(Which{}, Answer::accepted).error().code() == Errc::usage);
    CHECK(office.desk.answer(Which{99}, Answer::accepted).error().code() == Errc::not_found);
    CHECK(office.answers.empty());
    CHECK(*office.desk.kind_of(*offer) == QuestionKind::offer);
    CHECK(office.desk.answer(*offer, Answer::declined));
    CHECK(office.answers == std::vector{Answer::declined});
    CHECK(*office.desk.kind_of(Which{}) == QuestionKind::call);
}

TEST_CASE("a fifth question is refused until one of the four is gone", "[commands][chat]") {
    Office office;
    for (std::size_t i = 0; i < Desk::most_questions; ++i)
        REQUIRE(office.ask());
    CHECK(office.ask().error().code() == Errc::busy);
    office.desk.withdraw(2);
    CHECK(office.ask());
    CHECK(office.ask().error().code() == Errc::busy);
    CHECK(office.answers.empty());
}

TEST_CASE("of a thousand questions in a second few are asked", "[commands][chat]") {
    Office office;
    int asked = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto number = office.ask();
        if (number) {
            ++asked;
            office.desk.withdraw(*number);
        }
        office.now += std::chrono::milliseconds{1};
    }
    CHECK(asked >= 50);
    CHECK(asked <= 71);
}

TEST_CASE("a withdrawn question cannot be answered", "[commands][chat]") {
    Office office;
    const auto number = office.ask();
    REQUIRE(number);
    office.desk.withdraw(*number);
    CHECK(office.desk.answer(*number, Answer::accepted).error().code() == Errc::not_found);
    CHECK(office.answers.empty());
}

TEST_CASE("an answer may ask the next question", "[commands][chat]") {
    Desk desk;
    const Instant now{std::chrono::hours{1}};
    const auto bob = *model::UserName::parse("bob");
    bool second = false;
    const auto again = [&](Answer) {
        REQUIRE(desk.ask(
            QuestionKind::call, bob, [&](Answer) { second = true; }, now));
    };
    REQUIRE(desk.ask(QuestionKind::call, bob, again, now));
    CHECK(desk.answer(Which{}, Answer::accepted));
    CHECK(desk.waiting() == 1);
    CHECK(desk.answer(Which{}, Answer::accepted));
    CHECK(second);
}

TEST_CASE("numbers are never used twice, for questions and transfers together", "[commands][chat]") {
    Office office;
    const auto first = office.ask();
    const auto second = office.desk.new_number();
    const auto third = office.ask();
    REQUIRE(first);
    REQUIRE(third);
    CHECK(*first < second);
    CHECK(second < *third);
}

TEST_CASE("a transfer is cancelled by its number, or alone without one", "[commands][chat]") {
    Desk desk;
    std::vector<Number> cancelled;
    for (const Number number : {7U, 8U})
        desk.begin(number, "a file", [&desk, &cancelled, number] {
            cancelled.push_back(number);
            desk.end(number);
        });
    CHECK(desk.cancel(Which{}).error().code() == Errc::usage);
    CHECK(desk.cancel(9).error().code() == Errc::not_found);
    CHECK(desk.cancel(8));
    CHECK(desk.cancel(Which{}));
    CHECK(cancelled == std::vector<Number>{8, 7});
    CHECK(desk.cancel(Which{}).error().code() == Errc::not_found);
}

TEST_CASE("progress of a transfer that has ended is nobody's", "[commands][chat]") {
    Desk desk;
    desk.begin(1, "a file", [] {});
    desk.progress(1, 5, 10);
    CHECK(desk.transfers().at(1).done == 5);
    desk.end(1);
    desk.progress(1, 6, 10);
    CHECK(desk.transfers().empty());
}

}  // namespace p2pc::commands::chat
