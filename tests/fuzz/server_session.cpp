// A server and up to three clients that do as the input says: frames of every kind, before and after a login,
// calls, reports, silence, a restart. Whatever they do, each gets well-formed answers to what it asked, and
// the server serves the next one.
#include <map>
#include <set>

#include "crypto/init.hpp"
#include "fuzz/fuzz.hpp"
#include "identity/keys.hpp"
#include "scenario/directory/world.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using namespace std::chrono_literals;

namespace {

storage::NewAccount account_of(const Person& who, const model::PublicKey& founding_key) {
    storage::DeviceList list;
    list.serial = who.serial;
    list.signed_bytes = who.list(founding_key).sign(*who.account);
    for (const auto& device : who.devices)
        list.devices.push_back({device.id, device.name, device.key});
    return {who.user,
            identity::public_key(*who.account),
            identity::public_key(*who.login),
            Bytes(80, std::byte{1}),
            std::move(list),
            WallTime{}};
}

// Made once: keys and signatures take longer than a play. Every world has the same founding key.
class People {
  public:
    explicit People(const model::PublicKey& key)
        : founding_key(key), accounts{account_of(alice, key), account_of(bob, key), account_of(carol, key)} {}
    crypto::SeededRandom random{3};
    Person alice{random, "alice", "laptop"}, bob{random, "bob", "box"}, carol{random, "carol", "box"};
    model::PublicKey founding_key;
    std::array<storage::NewAccount, 3> accounts;
};

class Client {
  public:
    std::unique_ptr<Wire> wire;              // logged in
    std::unique_ptr<transport::Stream> raw;  // or not
    std::set<std::uint64_t> asked;           // requests that wait for their reply
    bool said_anything = false;              // beside them
    Bytes heard;                             // by the raw one
};

class Play {
  public:
    Play(const People& people, fuzz::Input script)
        : input_(script), people_(people), side_(world_.network, "10.0.0.66", Bound::yes) {
        MUST(people_.founding_key == world_.founding_key);
        for (const auto& account : people_.accounts)
            MUST(world_.kept().create_account(account).ok());
    }

    void run() {
        for (int step = 0; step < 64 && !input_.empty(); ++step)
            one();
        for (auto& client : clients_)
            hear(client);
        // The well-behaved come through, whatever was before: from another address, with a device key.
        for (auto& client : clients_)
            client = Client{};
        world_.pass(1s);
        Client honest;
        world_.run(enter(honest, people_.carol));
        MUST(honest.wire != nullptr);
        honest.asked.insert(ask(honest, listing()));
        hear(honest);
        MUST(honest.asked.empty());
        honest.wire.reset();
        world_.pass(60s);
        MUST(world_.server->counts().connections == 0);
    }

  private:
    static ClientMessage listing() {
        ClientMessage message;
        message.mutable_list_users()->set_all(true);
        return message;
    }

    void one() {
        Client& client = clients_[input_.below(3)];
        switch (input_.below(12)) {
            case 0:
                client = Client{};
                client.raw = dialled();
                break;
            case 1:
                client = Client{};
                world_.run(enter(client, input_.below(2) == 0 ? people_.alice : people_.bob));
                break;
            case 2:
                say(client, as_bytes(input_.piece()));
                break;
            case 3: {
                const auto type = static_cast<wire::FrameType>(input_.below(9));
                say(client, wire::make_frame(type, as_bytes(input_.piece())));
                break;
            }
            case 4:
            case 5:
            case 6:
                if (client.wire) client.asked.insert(ask(client, request()));
                break;
            case 7:
                hear(client);
                break;
            case 8:
                world_.pass(std::chrono::milliseconds{20} * input_.byte());
                break;
            case 9:
                world_.pass(std::chrono::seconds{5} * input_.byte());
                break;
            case 10:
                client = Client{};
                break;
            case 11:
                restart();
                break;
        }
    }

    void restart() {
        if (input_.below(4) != 0) return;
        world_.kill();
        world_.start();
    }

    std::unique_ptr<transport::Stream> dialled() {
        const auto at = side_.parse("server:9876", 0, transport::Names::numeric).addresses[0];
        std::unique_ptr<transport::Stream> stream{side_.connect(at, {}).object};
        world_.pass(1ms);
        if (stream) static_cast<void>(stream->step());
        return stream;
    }

    asio::awaitable<void> enter(Client& client, Person who) {
        client.wire = std::make_unique<Wire>(world_, who.user.text() == "alice" ? "10.0.0.1" : "10.0.0.2");
        auto in = co_await client.wire->log_in(who);
        if (!in) client.wire.reset();
    }

    void say(Client& client, BytesView bytes) {
        if (client.wire) {
            client.said_anything = true;
            static_cast<void>(client.wire->channel->send(Bytes{bytes.begin(), bytes.end()}));
        } else if (client.raw) {
            static_cast<void>(client.raw->try_write(bytes.data(), bytes.size()));
        }
        world_.pass(1ms);
    }

    std::uint64_t ask(Client& client, ClientMessage message) {
        const auto id = client.wire->send(std::move(message));
        world_.pass(1ms);
        return id;
    }

    std::string user() {
        const auto which = input_.below(4);
        return which == 0 ? "alice" : which == 1 ? "bob" : std::string{input_.piece()};
    }
    std::string endpoint() {
        return input_.below(2) == 0 ? "memory://10.0.0.1:5000" : std::string{input_.piece()};
    }
    // One that was heard of, or bytes.
    std::string session() {
        const auto which = input_.byte();
        if (sessions_.empty() || which % 4 == 0) return std::string{input_.take(which % 20)};
        return *std::next(sessions_.begin(), static_cast<std::ptrdiff_t>(which % sessions_.size()));
    }

    ClientMessage request() {
        ClientMessage message;
        switch (input_.below(14)) {
            case 0:
                return listing();
            case 1:
                message.mutable_watch()->set_all(input_.below(2) == 1);
                break;
            case 2:
                message.mutable_announce()->set_program(static_cast<wire::pb::Program>(input_.below(4)));
                message.mutable_announce()->add_endpoints(endpoint());
                if (input_.below(2) == 1) message.mutable_announce()->add_sessions()->set_session(session());
                break;
            case 3:
                message.mutable_user_info()->set_user(user());
                break;
            case 4:
                message.mutable_call()->set_user(user());
                message.mutable_call()->set_kind(static_cast<wire::pb::Kind>(input_.below(5)));
                message.mutable_call()->add_endpoints(endpoint());
                break;
            case 5:
            case 6:
                message.mutable_call_answer()->set_session(session());
                message.mutable_call_answer()->set_take(input_.below(4) != 0);
                message.mutable_call_answer()->add_endpoints(endpoint());
                break;
            case 7:
                message.mutable_call_cancel()->set_session(session());
                break;
            case 8:
                message.mutable_report()->set_session(session());
                message.mutable_report()->set_reason(static_cast<wire::pb::EndReason>(input_.below(6)));
                message.mutable_report()->set_bytes_in(input_.number<std::uint64_t>());
                message.mutable_report()->set_ended_ms(input_.number<std::int64_t>());
                message.mutable_report()->set_path("direct");
                break;
            case 9:
                message.mutable_sessions_query()->set_limit(input_.number<std::uint32_t>());
                break;
            case 10:
                message.mutable_open_window();
                break;
            case 11:
                message.mutable_remove_device()->set_device_id(std::string{input_.take(16)});
                break;
            case 12:
                message.mutable_register_()->set_device_list(std::string{input_.piece()});
                break;
            default:
                break;  // nothing that is known
        }
        return message;
    }

    void hear(Client& client) {
        if (client.wire) world_.run(hear_all(*this, client));
        if (client.raw) hear_raw(client);
    }

    // Before a login there is nothing but HELLO, PROOF and REFUSE.
    void hear_raw(Client& client) {
        ByteArray<4096> room;
        for (;;) {
            const auto got = client.raw->try_read(room.data(), room.size());
            if (got.count == 0) break;
            append(client.heard, BytesView{room}.first(got.count));
        }
        BytesView rest = client.heard;
        while (rest.size() >= wire::header_size) {
            const auto header = wire::parse_header(rest, wire::Phase::opening);
            MUST(header.ok());
            MUST(header->type == wire::FrameType::hello || header->type == wire::FrameType::proof ||
                 header->type == wire::FrameType::refuse);
            if (rest.size() < wire::header_size + header->body_size) break;
            rest = rest.subspan(wire::header_size + header->body_size);
        }
    }

    static asio::awaitable<void> hear_all(Play& play, Client& client) {
        for (;;) {
            const Deadline by = play.world_.loop.now() + 1ms;
            auto message = co_await client.wire->event(by);
            if (!message) {
                // Late, or ended; what was said was well-formed.
                MUST(message.error().code() != Errc::malformed);
                if (message.error().code() != Errc::timed_out) client = Client{};
                co_return;
            }
            play.judge(client, *message);
        }
    }

    void judge(Client& client, const ServerMessage& message) {
        if (message.reply_to() != 0) {
            // One reply a request, but for lists in pieces.
            const bool more = message.users().more() || message.sessions().more();
            MUST(client.asked.contains(message.reply_to()) || client.said_anything);
            if (!more) client.asked.erase(message.reply_to());
        }
        if (message.has_call_opened()) sessions_.insert(message.call_opened().session());
        if (message.has_incoming_call()) sessions_.insert(message.incoming_call().session());
        for (const auto& user : message.users().users())
            MUST(model::UserName::parse(user.name()).ok());
        if (message.has_failure()) MUST(message.failure().code() != wire::code_to(Errc::internal));
    }

    fuzz::Input input_;
    const People& people_;
    World world_;
    MemoryTransport side_;
    std::array<Client, 3> clients_;
    std::set<std::string> sessions_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool ready = crypto::init().ok();
    MUST(ready);
    static const People people{World{}.founding_key};
    Play play{people, fuzz::Input{data, size}};
    play.run();
    return 0;
}
