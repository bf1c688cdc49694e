// Asking the person here what somebody else wants, while the link the question came by is watched.
#pragma once

#include <asio/awaitable.hpp>
#include <functional>

#include "commands/chat/room.hpp"

namespace p2pc::commands::chat {

class Verdict {
  public:
    enum class Kind { accepted, declined, busy, gone };
    Verdict(Kind said, Number of) : kind(said), number(of) {}
    Kind kind;
    Number number;  // 0: it was not even asked
};

// `announce` shows the question. busy: too many wait. gone: whoever asked closed the link, or said something
// that cannot come before the answer.
// REQUIRES: nobody else reads `link`; everything given by reference outlives the await.
asio::awaitable<Verdict> ask_person(Room& room, QuestionKind kind, const peer::Session& session,
                                    channel::Channel& link, std::function<void(Number)> announce);

}  // namespace p2pc::commands::chat
