// What a server says, which may have been taken over, and what a client makes of it.
#include <nlohmann/json.hpp>

#include "commands/people.hpp"
#include "fuzz/message.hpp"
#include "identity/keys.hpp"
#include "peer/introduction.hpp"

using namespace p2pc;

namespace {

void check_introduction(const wire::pb::PeerDescription& peer) {
    const auto made =
        peer::Introduction::parse(model::SessionId{}, model::Ticket{}, peer, model::PublicKey{});
    if (!made) {
        MUST(made.error().code() == Errc::malformed || made.error().code() == Errc::identity);
        return;
    }
    MUST(made->endpoints().size() <= 32 && made->list().find(made->device().id) != nullptr);
}

const home::Login& login() {
    static const home::Login made = [] {
        const auto user = *model::UserName::parse("alice");
        const auto url = *model::ServerUrl::parse("tls://localhost");
        crypto::SeededRandom random{1};
        const auto account = crypto::SigningKey::generate(random);
        const identity::Device box{model::DeviceId{}, *model::DeviceName::parse("box"), model::PublicKey{}};
        const auto list = *identity::DeviceList::make(user, model::PublicKey{}, 1, {box});
        return *home::Login::make(url, model::PublicKey{}, user, identity::public_key(account), box.id,
                                  list.sign(account));
    }();
    return made;
}

void check_session(const wire::pb::SessionInfo& session) {
    const auto record = commands::session_record(login(), session);
    if (!record) return;
    const std::string line = commands::line_of(*record, WallTime{});
    MUST(line.find('\n') == std::string::npos);
    MUST(nlohmann::json::parse(line, nullptr, false).is_object());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto message = fuzz::strictly(fuzz::text_of(data, size), wire::parse_server);
    if (!message) return 0;
    if (message->has_call_opened()) check_introduction(message->call_opened().peer());
    if (message->has_incoming_call()) check_introduction(message->incoming_call().peer());
    for (const auto& session : message->sessions().sessions())
        check_session(session);
    return 0;
}
