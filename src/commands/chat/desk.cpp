#include "commands/chat/desk.hpp"

#include <utility>

namespace p2pc::commands::chat {
namespace {

// The entry meant: the named one, or the only one.
template <class Entries>
auto pick(Entries& entries, Which which, std::string_view noun) -> Result<decltype(entries.begin())> {
    if (which) {
        const auto found = entries.find(*which);
        if (found == entries.end())
            return Error{Errc::not_found, "no " + std::string{noun} + " " + std::to_string(*which)};
        return found;
    }
    if (entries.empty()) return Error{Errc::not_found, "no " + std::string{noun}};
    if (entries.size() == 1) return entries.begin();
    std::string numbers;
    for (const auto& [number, entry] : entries)
        numbers.append(numbers.empty() ? "" : ", ").append(std::to_string(number));
    return Error{Errc::usage, "which one? (" + numbers + ")"};
}

constexpr std::string_view a_question = "question waits for an answer:";
constexpr std::string_view a_transfer = "transfer is under way:";

// The noun with a number behind it, or alone.
std::string_view noun(std::string_view text, Which which) {
    return which ? text : text.substr(0, text.size() - 1);
}

}  // namespace

Result<Number> Desk::ask(QuestionKind kind, model::UserName from, std::function<void(Answer)> answered,
                         Instant now) {
    if (questions_.size() >= most_questions) return Error{Errc::busy, "four questions wait already"};
    if (!rate_.take(now)) return Error{Errc::busy, "questions come too fast"};
    const Number number = new_number();
    questions_.emplace(number, Question{kind, std::move(from), std::move(answered)});
    return number;
}

void Desk::withdraw(Number number) {
    questions_.erase(number);
}

Status Desk::answer(Which which, Answer answer) {
    const auto found = pick(questions_, which, noun(a_question, which));
    if (!found) return found.error();
    const auto answered = std::move((*found)->second.answered);
    questions_.erase(*found);
    answered(answer);
    return {};
}

void Desk::decline_all() {
    const auto waiting = std::exchange(questions_, {});
    for (const auto& [number, question] : waiting)
        question.answered(Answer::declined);
}

Result<QuestionKind> Desk::kind_of(Which which) const {
    const auto found = pick(questions_, which, noun(a_question, which));
    if (!found) return found.error();
    return (*found)->second.kind;
}

void Desk::begin(Number number, std::string title, std::function<void()> cancel) {
    Transfer begun;
    begun.title = std::move(title);
    begun.cancel = std::move(cancel);
    transfers_.insert_or_assign(number, std::move(begun));
}

void Desk::progress(Number number, std::uint64_t done, std::optional<std::uint64_t> total) {
    const auto found = transfers_.find(number);
    if (found == transfers_.end()) return;
    found->second.done = done;
    found->second.total = total;
}

void Desk::end(Number number) {
    transfers_.erase(number);
}

Status Desk::cancel(Which which) {
    const auto found = pick(transfers_, which, noun(a_transfer, which));
    if (!found) return found.error();
    // It may end the transfer, and with it the entry.
    const auto cancel = (*found)->second.cancel;
    cancel();
    return {};
}

}  // namespace p2pc::commands::chat
