// alice has an invite code, and whoever is at the other end of her session says what the input says: shares
// and proofs of theirs or of hers, with the right code or another, frames of every kind, nothing. She takes
// them for verified only where the right code was used as it is to be, and it ends.
#include "peer/code_exchange.hpp"

#include "crypto/init.hpp"
#include "fuzz/fuzz.hpp"
#include "home/login_store.hpp"
#include "identity/invite_terms.hpp"
#include "support/temp_folder.hpp"
#include "unit/peer/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using namespace std::chrono_literals;
using identity::Cpace;

namespace {

class Play {
  public:
    Play(const home::HomePaths& home, fuzz::Input script)
        : input_(script),
          pins_(home),
          alice_(net_, "alice"),
          bob_(net_, "bob"),
          role_(input_.below(2) == 0 ? peer::CallRole::caller : peer::CallRole::callee),
          tasks_(net_.loop, [](std::string_view, std::exception_ptr what) {
              if (what) std::rethrow_exception(what);
          }) {
        // The same alice each time.
        static const bool saved = home::LoginStore{home}.save(alice_.self.login(), alice_.device_key).ok();
        MUST(saved);
        net_.run(meet(*this));
    }
    ~Play() {
        session_.reset();
        theirs_.reset();
        alice_.listener.reset();
        bob_.listener.reset();
        net_.loop.run_for(60s);
    }

    void run() {
        tasks_.spawn("alice", verify(*this));
        tasks_.spawn("hear", hear(*this));
        net_.loop.run_for(1ms);
        for (int step = 0; step < 24 && !input_.empty() && !result_; ++step) {
            one();
            net_.loop.run_for(1ms);
        }
        MUST(net_.loop.run_until([&] { return result_.has_value(); }, net_.loop.now() + 1min));
        tasks_.stop();
        net_.loop.run_for(2s);
        check();
    }

  private:
    // A proven connection between the two, and alice's session on it.
    static asio::awaitable<void> meet(Play& play) {
        auto& net = play.net_;
        const model::SessionId id{net.random.array<16>()};
        const model::Ticket ticket{net.random.array<32>()};
        auto expected = std::make_unique<peer::Admission::Expected>(play.alice_.admission,
                                                                    play.bob_.introduced(id, ticket));
        const Deadline by = net.loop.now() + 5s;
        const auto introduction = play.alice_.introduced(id, ticket);
        auto dialled = co_await peer::dial_peer(play.bob_.dialer, net.random, play.bob_.self, introduction,
                                                wire::pb::LINK_FIRST, play.alice_.endpoint(), by);
        MUST(dialled.ok());
        auto arrived = co_await expected->arrived().pop(by);
        MUST(arrived.ok());
        MUST(arrived->name == dialled->name);
        play.theirs_ = std::move(dialled->channel);
        play.session_ = std::make_unique<peer::Session>(
            play.alice_.dialer, net.random, play.alice_.self, std::move(expected), play.role_,
            std::move(*arrived), identity::Trust::fresh, std::vector<model::Endpoint>{}, WallTime{});
    }

    static asio::awaitable<void> verify(Play& play) {
        auto done = co_await peer::verify_by_code(play.net_.loop, play.net_.random, play.pins_,
                                                  *play.session_, play.right_);
        play.result_.emplace(std::move(done));
    }

    // What alice says.
    static asio::awaitable<void> hear(Play& play) {
        for (;;) {
            auto frame = co_await play.theirs_->read(never);
            if (!frame) co_return;
            MUST(frame->type() == wire::FrameType::control);
            const auto message = wire::parse_peer(frame->body());
            MUST(message.ok());
            if (message->has_code_share()) play.her_share_ = message->code_share();
            if (message->has_code_proof()) play.her_proof_ = message->code_proof().proof();
        }
    }

    bool she_enters() const { return role_ == peer::CallRole::caller; }
    Cpace::Role their_role() const { return she_enters() ? Cpace::Role::responder : Cpace::Role::initiator; }

    identity::CpaceTerms terms(const identity::InviteCode& code) const {
        const identity::Compared her{user_name("alice"), identity::public_key(alice_.account)};
        const identity::Compared him{user_name("bob"), identity::public_key(bob_.account)};
        const identity::InviteMeeting meeting{she_enters() ? her : him, she_enters() ? him : her,
                                              net_.founding_key(), session_->id(), session_->link_name()};
        return identity::invite_terms(code, meeting);
    }

    void begin(bool with_right_code) {
        is_right_ = with_right_code;
        run_.emplace(their_role(), terms(with_right_code ? right_ : wrong_),
                     identity::invite_role(their_role()), net_.random);
    }

    // What proves the code of the run to her, as far as her share is known.
    std::string proof() const {
        const auto& share = her_share_.share();
        if (!run_ || share.size() != 32) return std::string(64, 'p');
        identity::CpaceShare y;
        std::memcpy(y.data(), share.data(), y.size());
        const auto her_role = she_enters() ? Cpace::Role::initiator : Cpace::Role::responder;
        const auto proofs = run_->meet(identity::CpaceMessage{y, identity::invite_role(her_role)});
        MUST(proofs.ok());
        return wire::to_string(proofs->mine);
    }

    std::string some_share() {
        const auto which = input_.below(4);
        if (which == 0) return her_share_.share();
        if (which == 1) return std::string{input_.piece()};
        if (!run_) begin(which == 2);
        return wire::to_string(run_->share());
    }

    std::string some_proof() {
        const auto which = input_.below(4);
        if (which == 0) return she_enters() ? her_proof_ : her_share_.proof();
        if (which == 1) return std::string{input_.piece()};
        return proof();
    }

    void say(const wire::pb::PeerMessage& message) { static_cast<void>(theirs_->send(wire::frame(message))); }

    void one() {
        wire::pb::PeerMessage message;
        switch (input_.below(8)) {
            case 0:
                static_cast<void>(theirs_->send(wire::make_frame(
                    static_cast<wire::FrameType>(input_.below(9)), as_bytes(input_.piece()))));
                return;
            case 1:
                begin(input_.below(2) == 1);
                return;
            case 2:
                message.mutable_code_share()->set_share(some_share());
                break;
            case 3:
                message.mutable_code_share()->set_share(some_share());
                message.mutable_code_share()->set_proof(some_proof());
                break;
            case 4:
                message.mutable_code_proof()->set_proof(some_proof());
                break;
            case 5:
                message.mutable_close();
                break;
            case 6:
                net_.loop.run_for(std::chrono::seconds{1} * input_.below(12));
                return;
            case 7:
                // All as it should be, with the code of the run.
                if (!run_) begin(false);
                message.mutable_code_share()->set_share(wire::to_string(run_->share()));
                if (she_enters()) message.mutable_code_share()->set_proof(proof());
                break;
        }
        say(message);
    }

    void check() {
        const auto& result = *result_;
        const auto pin = pins_.find(net_.founding_key(), user_name("bob"));
        MUST(pin.ok());
        if (result.ok()) {
            MUST(is_right_);
            MUST(*pin && (*pin)->account_key == identity::public_key(bob_.account));
            MUST(pins_.forget(net_.founding_key(), user_name("bob")).ok());
            return;
        }
        MUST(!*pin);
        const auto code = result.error().code();
        MUST(code == Errc::wrong_code || (code == Errc::closed && !she_enters()));
    }

    fuzz::Input input_;
    Net net_;
    home::Pins pins_;
    Side alice_, bob_;
    peer::CallRole role_;
    std::unique_ptr<channel::Channel> theirs_;
    std::unique_ptr<peer::Session> session_;
    identity::InviteCode right_ = *identity::InviteCode::parse("4821 3906 570");
    identity::InviteCode wrong_ = *identity::InviteCode::parse("4821 3906 581");
    std::optional<Cpace> run_;
    bool is_right_ = false;  // the run of the moment has the right code
    wire::pb::CodeShare her_share_;
    std::string her_proof_;
    std::optional<Result<identity::Pin>> result_;
    io::TaskGroup tasks_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool ready = crypto::init().ok();
    MUST(ready);
    static const TempFolder folder;
    static const auto home = home::HomePaths::resolve(folder.path().string(), home::HomeEnvironment{});
    MUST(home.ok() && home->make().ok());
    Play play{*home, fuzz::Input{data, size}};
    play.run();
    return 0;
}
