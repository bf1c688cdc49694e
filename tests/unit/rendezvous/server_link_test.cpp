// ServerLink against a server played by the test.
#include "rendezvous/server_link.hpp"

#include "channel/handshake.hpp"
#include "unit/channel/pair.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using namespace std::chrono_literals;
using rendezvous::ClientMessage;
using rendezvous::ServerLink;
using rendezvous::ServerMessage;

namespace {

struct Linked {
    explicit Linked(std::size_t sent_ahead = 0)
        : server(pair.loop, std::move(pair.acceptor)),
          tasks(pair.loop, [](std::string_view, std::exception_ptr what) {
              if (what) std::rethrow_exception(what);
          }) {
        server.enter(wire::Phase::server_link);
        auto channel = std::make_unique<channel::Channel>(pair.loop, std::move(pair.opener));
        channel->enter(wire::Phase::server_link);
        link = std::make_unique<ServerLink>(pair.loop, std::move(channel), sent_ahead,
                                            transport::Reach::loopback);
    }
    ~Linked() {
        link.reset();
        pair.loop.run_for(1s);
    }
    void say(const ServerMessage& message) { REQUIRE(server.send(wire::frame(message))); }
    // The requests that have come, as far as they are wanted.
    asio::awaitable<void> hear(std::size_t count, std::vector<ClientMessage>& out) {
        while (out.size() < count) {
            auto frame = co_await server.read(never);
            REQUIRE(frame);
            auto message = wire::parse_client(frame->body());
            REQUIRE(message);
            out.push_back(std::move(*message));
        }
    }
    Pair pair;
    channel::Channel server;
    io::TaskGroup tasks;
    std::unique_ptr<ServerLink> link;
};

using Reply = std::optional<Result<ServerMessage>>;

asio::awaitable<void> ask(ServerLink& link, std::string about, Reply& out, Deadline by) {
    ClientMessage request;
    request.mutable_user_info()->set_user(about);
    auto reply = co_await link.ask(std::move(request), by);
    out.emplace(std::move(reply));
}

asio::awaitable<void> next_event(ServerLink& link, Reply& out, Deadline by = never) {
    auto event = co_await link.next_event(by);
    out.emplace(std::move(event));
}

ServerMessage done(std::uint64_t id) {
    ServerMessage message;
    message.set_reply_to(id);
    message.mutable_done();
    return message;
}

ServerMessage one_user(std::uint64_t id, const std::string& name, bool more) {
    ServerMessage message;
    message.set_reply_to(id);
    message.mutable_users()->add_users()->set_name(name);
    message.mutable_users()->set_more(more);
    return message;
}

}  // namespace

TEST_CASE("each request gets its own reply, in whatever order they come", "[rendezvous][link]") {
    Linked linked;
    Reply first, second;
    linked.tasks.spawn("first", ask(*linked.link, "first", first, never));
    linked.tasks.spawn("second", ask(*linked.link, "second", second, never));
    std::vector<ClientMessage> heard;
    linked.pair.run(linked.hear(2, heard));
    CHECK(heard[0].id() == 1);
    CHECK(heard[1].id() == 2);
    linked.say(one_user(2, "second", false));
    linked.pair.loop.run_for(1s);
    CHECK_FALSE(first);
    REQUIRE(second);
    CHECK((*second)->users().users(0).name() == "second");
    linked.say(one_user(1, "first", false));
    linked.say(done(99));  // nobody asked
    linked.say(done(1));   // answered already
    linked.pair.loop.run_for(1s);
    REQUIRE(first);
    CHECK((*first)->users().users(0).name() == "first");
    CHECK(linked.link->up());
}

TEST_CASE("a reply in several messages comes as one", "[rendezvous][link]") {
    Linked linked;
    Reply reply;
    linked.tasks.spawn("ask", ask(*linked.link, "x", reply, never));
    for (int i = 0; i < 5; ++i) {
        linked.pair.loop.run_for(1s);
        CHECK_FALSE(reply);
        linked.say(one_user(1, "user" + std::to_string(i), i < 4));
    }
    linked.pair.loop.run_for(1s);
    REQUIRE(reply);
    REQUIRE((*reply)->users().users_size() == 5);
    CHECK((*reply)->users().users(4).name() == "user4");
}

TEST_CASE("a failure is its error, with how long to wait", "[rendezvous][link]") {
    Linked linked;
    Reply reply;
    linked.tasks.spawn("ask", ask(*linked.link, "x", reply, never));
    linked.pair.loop.run_for(1s);
    ServerMessage failure;
    failure.set_reply_to(1);
    failure.mutable_failure()->set_code(wire::code_to(Errc::busy));
    failure.mutable_failure()->set_retry_after_ms(3000);
    linked.say(failure);
    linked.pair.loop.run_for(1s);
    REQUIRE(reply);
    REQUIRE(!*reply);
    CHECK(reply->error().code() == Errc::busy);
    CHECK(reply->error().detail() == "try again in 3 s");
    CHECK(linked.link->up());
}

TEST_CASE("an answer of a kind unknown here is unsupported, and the link goes on", "[rendezvous][link]") {
    Linked linked;
    Reply reply;
    linked.tasks.spawn("ask", ask(*linked.link, "x", reply, never));
    linked.pair.loop.run_for(1s);
    ServerMessage empty;
    empty.set_reply_to(1);
    linked.say(empty);
    linked.pair.loop.run_for(1s);
    REQUIRE(reply);
    CHECK(reply->error().code() == Errc::unsupported);
    CHECK(linked.link->up());
}

TEST_CASE("a request that is not answered in time ends alone, and a late answer is nobody's",
          "[rendezvous][link]") {
    Linked linked;
    Reply late, other;
    linked.tasks.spawn("ask", ask(*linked.link, "x", late, linked.pair.loop.now() + 10s));
    linked.pair.loop.run_for(11s);
    REQUIRE(late);
    CHECK(late->error().code() == Errc::timed_out);
    linked.tasks.spawn("ask", ask(*linked.link, "y", other, never));
    linked.say(done(1));
    linked.pair.loop.run_for(1s);
    CHECK_FALSE(other);
    linked.say(done(2));
    linked.pair.loop.run_for(1s);
    CHECK(other);
}

TEST_CASE("the replies to the first flight are had by their number", "[rendezvous][link]") {
    Linked linked(2);
    linked.say(done(2));
    ServerMessage failure;
    failure.set_reply_to(1);
    failure.mutable_failure()->set_code(wire::code_to(Errc::not_found));
    linked.say(failure);
    Reply one, two, three;
    const auto ahead = [](ServerLink& link, std::uint64_t number, Reply& out) -> asio::awaitable<void> {
        auto reply = co_await link.reply_ahead(number, never);
        out.emplace(std::move(reply));
    };
    linked.pair.run(ahead(*linked.link, 2, two));
    linked.pair.run(ahead(*linked.link, 1, one));
    linked.tasks.spawn("next", ask(*linked.link, "x", three, never));
    CHECK(*two);
    CHECK(one->error().code() == Errc::not_found);
    std::vector<ClientMessage> heard;
    linked.pair.run(linked.hear(1, heard));
    CHECK(heard[0].id() == 3);
}

TEST_CASE("when the connection ends, whoever waits on it hears why", "[rendezvous][link]") {
    Linked linked;
    Reply reply, event, later;
    Errc code = Errc::interrupted;
    linked.tasks.spawn("ask", ask(*linked.link, "x", reply, never));
    linked.tasks.spawn("event", next_event(*linked.link, event));
    linked.pair.loop.run_for(1s);
    SECTION("in order") {
        const auto finish = [](channel::Channel& channel) -> asio::awaitable<void> {
            auto done = co_await channel.finish(never);
            CHECK(done);
        };
        linked.pair.run(finish(linked.server));
    }
    SECTION("by a reset") {
        linked.pair.network.reset("opener", "acceptor");
    }
    SECTION("by a cut, after 35 seconds") {
        linked.pair.network.cut("opener", "acceptor");
        linked.pair.loop.run_for(36s);
    }
    SECTION("with a refusal") {
        wire::pb::Refusal refusal;
        refusal.set_code(wire::code_to(Errc::limit));
        REQUIRE(linked.server.send(wire::frame(refusal)));
        code = Errc::limit;
    }
    SECTION("with noise") {
        REQUIRE(linked.server.send(wire::make_frame(wire::FrameType::control, Bytes(5, std::byte{0xff}))));
        code = Errc::malformed;
    }
    SECTION("with a frame that has no place here") {
        REQUIRE(linked.server.send(wire::make_frame(wire::FrameType::data, Bytes(20))));
        code = Errc::malformed;
    }
    linked.pair.loop.run_for(1s);
    REQUIRE(reply);
    REQUIRE(event);
    CHECK(reply->error().code() == code);
    CHECK(event->error().code() == code);
    CHECK_FALSE(linked.link->up());
    linked.pair.run(ask(*linked.link, "y", later, never));
    CHECK(later->error().code() == code);
}

TEST_CASE("a server that floods with events is cut off, and what came before can be read",
          "[rendezvous][link]") {
    Linked linked;
    ServerMessage event;
    event.mutable_users()->add_users()->set_name("somebody");
    std::size_t sent = 0;
    for (; sent < 5000 && linked.link->up(); ++sent) {
        if (!linked.server.send(wire::frame(event))) linked.pair.loop.run_for(1ms);
        if (sent % 64 == 0) linked.pair.loop.run_for(1ms);
    }
    CHECK_FALSE(linked.link->up());
    CHECK(sent < 1500);
    Reply out;
    std::size_t read = 0;
    do {
        linked.pair.run(next_event(*linked.link, out));
        if (*out) ++read;
    } while (*out);
    CHECK(read == 1024);
    CHECK(out->error().code() == Errc::limit);
}

TEST_CASE("a link that is dropped wakes whoever waits on it", "[rendezvous][link]") {
    Linked linked;
    Reply reply, event;
    linked.tasks.spawn("ask", ask(*linked.link, "x", reply, never));
    linked.tasks.spawn("event", next_event(*linked.link, event));
    linked.pair.loop.run_for(1s);
    linked.link.reset();
    linked.pair.loop.run_for(1s);
    REQUIRE(reply);
    REQUIRE(event);
    CHECK(reply->error().code() == Errc::canceled);
    CHECK_FALSE(*event);
}
