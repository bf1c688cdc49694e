// A listener of alice's, who expects bob, and connections that do as the input says: strangers, bob with the
// right or a wrong ticket, further connections, frames of every kind on a link that is proven. Whoever is not
// bob is told nothing and gets nowhere.
#include "base/unicode.hpp"
#include "crypto/init.hpp"
#include "fuzz/fuzz.hpp"
#include "unit/peer/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using namespace std::chrono_literals;

namespace {

class Guest {
  public:
    std::unique_ptr<transport::Stream> stream;  // a stranger
    std::unique_ptr<channel::Opening> opening;  // somebody who says hello
    std::unique_ptr<channel::Channel> link;     // proven
    bool is_bob = false;                        // all he showed was right
};

class Play {
  public:
    explicit Play(fuzz::Input script)
        : input_(script),
          alice_(net_, "alice"),
          bob_(net_, "bob"),
          stranger_(net_.network, "stranger", Bound::yes),
          session_(net_.random.array<16>()),
          ticket_(net_.random.array<32>()),
          expected_(std::make_unique<peer::Admission::Expected>(alice_.admission,
                                                                bob_.introduced(session_, ticket_))) {}
    ~Play() {
        for (auto& guest : guests_)
            guest = Guest{};
        proven_.clear();
        expected_.reset();
        alice_.listener.reset();
        bob_.listener.reset();
        net_.loop.run_for(60s);
    }

    void run() {
        for (int step = 0; step < 48 && !input_.empty(); ++step)
            one();
        take_proven();
    }

  private:
    void one() {
        Guest& guest = guests_[input_.below(3)];
        switch (input_.below(9)) {
            case 0:
                guest = Guest{};
                guest.stream = dialled();
                break;
            case 1:
                guest = Guest{};
                net_.run(introduce(*this, guest));
                break;
            case 2:
                say(guest, as_bytes(input_.piece()));
                break;
            case 3: {
                const auto type = static_cast<wire::FrameType>(input_.below(9));
                say(guest, wire::make_frame(type, as_bytes(input_.piece())));
                break;
            }
            case 4:
                guest = Guest{};
                break;
            case 5:
                net_.loop.run_for(std::chrono::seconds{1} * input_.below(70));
                break;
            case 6:
                take_proven();
                break;
            case 7:
                // Nothing else proves that a first link was chosen.
                if (!proven_.empty()) settle();
                break;
            case 8:
                hear(guest);
                break;
        }
        strangers_hear_nothing();
    }

    void settle() {
        expected_->settled();
        settled_ = true;
    }

    std::unique_ptr<transport::Stream> dialled() {
        const auto at = stranger_.parse("alice:5000", 0, transport::Names::numeric).addresses[0];
        std::unique_ptr<transport::Stream> stream{stranger_.connect(at, {}).object};
        net_.loop.run_for(1ms);
        if (stream) static_cast<void>(stream->step());
        return stream;
    }

    // Says hello as bob, with something of it changed where the input says so.
    static asio::awaitable<void> introduce(Play& play, Guest& guest) {
        auto stream = play.dialled_for_coroutine();
        if (!stream) co_return;
        auto connection = std::make_unique<io::Connection>(play.net_.loop, std::move(stream));
        guest.opening =
            std::make_unique<channel::Opening>(play.net_.loop, std::move(connection), play.net_.random);
        auto hello = peer::hello_to_peer(play.bob_.self, play.session_);
        hello.set_use(play.input_.below(2) == 0 ? wire::pb::LINK_FIRST : wire::pb::LINK_BULK);
        if (hello.use() == wire::pb::LINK_FIRST) hello.set_ticket(play.ticket_.str());
        const bool as_bob = play.change(hello);
        const bool with_key = play.input_.below(4) != 0;
        const auto& key = with_key ? play.bob_.device_key : play.alice_.device_key;
        const Instant now = play.net_.loop.now();
        const bool first = hello.use() == wire::pb::LINK_FIRST;
        const bool in_time = first ? !play.settled_ && now <= play.begun_ + 60s : play.settled_;
        const Deadline by = now + 1s;
        std::vector<Bytes> nothing;
        auto started = co_await guest.opening->start(std::move(hello), &key, std::move(nothing), by);
        if (!started) co_return;
        auto answer = co_await guest.opening->answer(by);
        if (!answer) {
            // A stranger has not read a byte.
            if (!as_bob || !with_key) MUST(guest.opening->channel().bytes_in() == 0);
            co_return;
        }
        MUST(as_bob && with_key && in_time);
        MUST(answer->user() == "alice");
        guest.is_bob = true;
        guest.link = std::move(*guest.opening).take(wire::Phase::peer_link);
        guest.opening.reset();
    }

    std::unique_ptr<transport::Stream> dialled_for_coroutine() {
        const auto at = stranger_.parse("alice:5000", 0, transport::Names::numeric).addresses[0];
        return std::unique_ptr<transport::Stream>{stranger_.connect(at, {}).object};
    }

    // Whether the hello still is bob's own.
    bool change(wire::pb::Hello& hello) {
        const auto which = input_.below(12);
        if (which < 4) return true;
        const wire::pb::Hello before = hello;
        const std::string other{input_.piece()};
        if (which == 4) hello.set_user(base::to_valid_utf8(other));
        if (which == 5) hello.set_device_id(other);
        if (which == 6) hello.set_key(other);
        if (which == 7) hello.set_account_key(other);
        if (which == 8) hello.set_device_list(other);
        if (which == 9) hello.set_session(other);
        if (which == 10) hello.set_ticket(other);
        if (which == 11) hello.set_role(static_cast<wire::pb::Role>(input_.below(8)));
        // On a further connection the ticket is nobody's business.
        if (which == 10 && hello.use() == wire::pb::LINK_BULK) return true;
        return hello.SerializeAsString() == before.SerializeAsString();
    }

    void say(Guest& guest, BytesView bytes) {
        if (guest.link) {
            static_cast<void>(guest.link->send(Bytes{bytes.begin(), bytes.end()}));
        } else if (guest.stream) {
            static_cast<void>(guest.stream->try_write(bytes.data(), bytes.size()));
        }
        net_.loop.run_for(1ms);
    }

    void strangers_hear_nothing() {
        ByteArray<64> room;
        for (auto& guest : guests_) {
            if (guest.stream) MUST(guest.stream->try_read(room.data(), room.size()).count == 0);
        }
    }

    // What alice's side has by now: only links of bob's.
    void take_proven() {
        net_.run(take(*this));
        net_.run(read_proven(*this));
    }

    static asio::awaitable<void> take(Play& play) {
        for (;;) {
            const Deadline by = play.net_.loop.now() + 1ms;
            auto proven = co_await play.expected_->arrived().pop(by);
            if (!proven) co_return;
            MUST(proven->peer_list.user().text() == "bob" && !proven->opened_here);
            play.proven_.push_back(std::move(proven->channel));
        }
    }

    static asio::awaitable<void> read_proven(Play& play) {
        for (auto& link : play.proven_) {
            for (int frames = 0; frames < 100; ++frames) {
                const Deadline by = play.net_.loop.now() + 1ms;
                auto frame = co_await link->read(by);
                if (!frame) break;
                if (frame->type() == wire::FrameType::data) {
                    Bytes bytes(frame->data_size());
                    const Deadline until = play.net_.loop.now() + 1ms;
                    auto got = co_await link->read_data(bytes, until);
                    if (!got) break;
                    continue;
                }
                MUST(frame->type() == wire::FrameType::control && frame->body().size() < wire::max_control);
            }
        }
    }

    void hear(Guest& guest) {
        if (guest.link) MUST(guest.is_bob);
    }

    fuzz::Input input_;
    Net net_;
    Side alice_, bob_;
    MemoryTransport stranger_;
    model::SessionId session_;
    model::Ticket ticket_;
    std::unique_ptr<peer::Admission::Expected> expected_;
    std::array<Guest, 3> guests_;
    std::vector<std::unique_ptr<channel::Channel>> proven_;
    Instant begun_ = net_.loop.now();
    bool settled_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool ready = crypto::init().ok();
    MUST(ready);
    Play play{fuzz::Input{data, size}};
    play.run();
    return 0;
}
