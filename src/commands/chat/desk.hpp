// Desk: the questions that wait for an answer and the transfers under way, under numbers a person can type.
//
// Pure bookkeeping: no sockets; the caller brings the time. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <p2pc/base/result.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <vector>

#include "commands/chat/action.hpp"
#include "directory/rate.hpp"

namespace p2pc::commands::chat {

enum class Answer { accepted, declined };
enum class QuestionKind { call, offer };

class Desk {
  public:
    // Of all that others ask; the rest is refused (docs/protocol.md, "Conversation").
    static constexpr std::size_t most_questions = 4;

    // A question to the person here. `answered` is called once, from answer(); never after withdraw().
    //   Errc::busy   four wait already, or they come too fast
    Result<Number> ask(QuestionKind kind, model::UserName from, std::function<void(Answer)> answered,
                       Instant now);
    // Whoever asked is gone. Nothing when it was answered already.
    void withdraw(Number number);
    //   Errc::not_found   no such question, or none
    //   Errc::usage       several wait, and `which` names none
    Status answer(Which which, Answer answer);
    // Everybody who waits is told no.
    void decline_all();
    // The kind of the question answer() would answer. Errors as answer().
    Result<QuestionKind> kind_of(Which which) const;
    std::size_t waiting() const noexcept { return questions_.size(); }

    // A transfer. An offer that was accepted goes on under its number. `cancel` is called by cancel().
    Number new_number() { return ++last_; }
    void begin(Number number, std::string title, std::function<void()> cancel);
    void progress(Number number, std::uint64_t done, std::optional<std::uint64_t> total);
    void end(Number number);
    //   Errc::not_found   no such transfer, or none
    //   Errc::usage       several are under way, and `which` names none
    Status cancel(Which which);

    class Transfer {
      public:
        std::string title;  // safe to show
        std::function<void()> cancel;
        std::uint64_t done = 0;
        std::optional<std::uint64_t> total;
    };
    const std::map<Number, Transfer>& transfers() const noexcept { return transfers_; }

  private:
    struct Question {
        QuestionKind kind;
        model::UserName from;
        std::function<void(Answer)> answered;
    };

    Number last_ = 0;
    directory::TokenBucket rate_{20, 50};
    std::map<Number, Question> questions_;
    std::map<Number, Transfer> transfers_;
};

}  // namespace p2pc::commands::chat
