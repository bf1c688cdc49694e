#include "commands/trust_code.hpp"

#include <fmt/format.h>

#include "commands/exit_codes.hpp"
#include "commands/peer_flags.hpp"
#include "commands/questions.hpp"
#include "commands/trust_output.hpp"
#include "peer/code_exchange.hpp"

namespace p2pc::commands {
namespace {

constexpr Duration goodbye_time = std::chrono::seconds{5};

// One call about an invite, with a code that was typed here.
class Entering final : public rendezvous::OnlineObserver {
  public:
    Entering(Context& context, Client& client, const TrustOptions& options, const identity::InviteCode& code)
        : context_(context),
          client_(client),
          options_(options),
          code_(code),
          online_(context.services.sign_in(), client.login(), client.self().device_key(), client.reports(),
                  *this),
          calls_(context.services.sign_in(), client.self(), client.pins(), online_, options.private_ranges),
          over_(context.services.loop()),
          tasks_(context.services.loop(), [this](std::string_view, std::exception_ptr) {
              settle(Error{Errc::internal, "a task failed"});
          }) {
        calls_.set_pinning(peer::Calls::Pinning::later);
    }

    asio::awaitable<Result<identity::Pin>> run() {
        const auto listened = listen(calls_, options_.listen, client_.login());
        if (!listened) co_return listened.error();
        auto call = [this](transport::Reach server) {
            return calls_.request(whom(), wire::pb::KIND_INVITE, server);
        };
        auto welcome = co_await online_.start(context_.soon(), std::move(call));
        if (!welcome) co_return from_server(welcome.error());
        tasks_.spawn("entering a code", enter());
        auto over = co_await over_.wait();
        static_cast<void>(over);
        // A session under way is still reported.
        if (session_ == nullptr) tasks_.stop();
        co_await tasks_.join();
        co_await online_.stop(context_.services.now() + goodbye_time);
        co_return *result_;
    }
    // From a signal.
    void stop() {
        settle(Error{Errc::canceled});
        if (session_ != nullptr) session_->link().abort();
    }

  private:
    Status welcomed(const wire::pb::Welcome& welcome) override { return client_.welcomed(welcome); }

    model::PeerName whom() const { return model::PeerName{*options_.user, std::nullopt}; }

    void settle(Result<identity::Pin> result) {
        if (!result_) result_ = std::move(result);
        over_.set();
    }

    asio::awaitable<void> enter() {
        auto& services = context_.services;
        auto made = co_await calls_.call_ahead(whom(), never);
        if (!made) {
            settle(from_server(made.error()));
            co_return;
        }
        session_ = made->get();
        auto pin = co_await peer::verify_by_code(services.loop(), services.random(), client_.pins(),
                                                 *session_, code_);
        auto reason = model::EndReason::lost;
        if (pin) {
            reason = model::EndReason::closed;
            const bool too = co_await peer::other_side_verified(services.loop(), *session_);
            if (!too) context_.out.notice("whether they have verified you, too, is not known: ask them");
            co_await session_->close(services.now() + goodbye_time);
        }
        auto report = session_->report(reason, services.wall());
        co_await online_.last_session_ended(std::move(report));
        session_ = nullptr;
        settle(std::move(pin));
    }

    Context& context_;
    Client& client_;
    const TrustOptions& options_;
    const identity::InviteCode& code_;
    rendezvous::Online online_;
    peer::Calls calls_;
    peer::Session* session_ = nullptr;
    std::optional<Result<identity::Pin>> result_;
    io::Event over_;
    io::TaskGroup tasks_;
};

std::string_view hint_for(Errc code) {
    if (code == Errc::peer_offline) return "their p2pc invite has to wait for it";
    if (code == Errc::refused) return "their invite is for somebody else, or somebody else is trying it";
    return "";
}

asio::awaitable<int> enter_code(Context& context, Entering& entering) {
    auto& signals = context.services.signals();
    signals.on_stop([&entering](int) { entering.stop(); });
    auto met = co_await entering.run();
    signals.on_stop(nullptr);
    if (signals.caught() != 0) co_return exit_code::interrupted;
    if (!met) co_return context.fail(met.error(), hint_for(met.error().code()));
    print_change(context.out, PinRecord{*met}, "proved");
    co_return exit_code::done;
}

}  // namespace

int verify_by_code(Context& context, Client& client, const TrustOptions& options) {
    const auto pin = client.pins().find(client.login().founding_key(), *options.user);
    if (!pin) return context.fail(pin.error());
    const auto code = ask_code(context, options.code_file, *options.user);
    if (!code) return context.fail(code.error());
    Entering entering{context, client, options, *code};
    return context.run(enter_code(context, entering));
}

}  // namespace p2pc::commands
