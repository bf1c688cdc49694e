#include "commands/chat/question.hpp"

#include "io/event.hpp"
#include "io/task_group.hpp"

namespace p2pc::commands::chat {
namespace {

struct Pending {
    explicit Pending(io::Loop& loop) : settled(loop) {}
    io::Event settled;
    std::optional<Answer> answer;
};

// Before the answer there is nothing to say but Close: whatever comes ends the question.
asio::awaitable<void> watch_for_end(std::shared_ptr<Pending> pending, channel::Channel& link) {
    auto frame = co_await link.read(never);
    static_cast<void>(frame);
    pending->settled.set();
}

}  // namespace

asio::awaitable<Verdict> ask_person(Room& room, QuestionKind kind, const peer::Session& session,
                                    channel::Channel& link, std::function<void(Number)> announce) {
    const auto pending = std::make_shared<Pending>(room.loop);
    const auto answered = [pending](Answer answer) {
        pending->answer = answer;
        pending->settled.set();
    };
    const auto number = room.desk.ask(kind, session.user(), answered, room.loop.now());
    if (!number) co_return Verdict(Verdict::Kind::busy, 0);
    announce(*number);

    link.set_beat_state(wire::BeatState::asking);
    io::TaskGroup watch(room.loop,
                        [pending](std::string_view, std::exception_ptr) { pending->settled.set(); });
    watch.spawn("the end of a question", watch_for_end(pending, link));
    auto settled = co_await pending->settled.wait();
    static_cast<void>(settled);
    watch.stop();
    co_await watch.join();
    link.set_beat_state(wire::BeatState::idle);

    if (!pending->answer) {
        room.desk.withdraw(*number);
        room.front.question_gone(*number, session);
        co_return Verdict(Verdict::Kind::gone, *number);
    }
    const bool accepted = *pending->answer == Answer::accepted;
    co_return Verdict(accepted ? Verdict::Kind::accepted : Verdict::Kind::declined, *number);
}

}  // namespace p2pc::commands::chat
