// What a client says, and the border that makes it into the server's own types.
#include "directory/border.hpp"
#include "fuzz/message.hpp"
#include "model/url.hpp"

using namespace p2pc;
namespace border = directory::border;

namespace {

void check_endpoints(const Result<std::vector<std::string>>& endpoints) {
    if (!endpoints) {
        MUST(endpoints.error().code() == Errc::malformed);
        return;
    }
    MUST(endpoints->size() <= directory::max_endpoints);
    for (const auto& text : *endpoints) {
        MUST(model::Endpoint::parse(text).ok());
        MUST(std::ranges::count(*endpoints, text) == 1);
    }
}

template <class T>
void check(const Result<T>& made) {
    MUST(made.ok() || made.error().code() == Errc::malformed || made.error().code() == Errc::identity);
}

void check_report(const Result<storage::EndReport>& report) {
    check(report);
    if (!report) return;
    MUST(report->bytes_in.value() <= INT64_MAX && report->bytes_out.value() <= INT64_MAX);
    MUST(report->path.size() <= 16 && report->when >= WallTime{});
}

void cross(const wire::pb::ClientMessage& message) {
    using Message = wire::pb::ClientMessage;
    const auto key = model::PublicKey{};
    const auto user = *model::UserName::parse("alice");
    switch (message.body_case()) {
        case Message::kRegister:
            return check(border::registration(message.register_(), user, key, key, WallTime{}));
        case Message::kEnrolDevice:
            check(border::device_id(message.enrol_device().device_id()));
            return check(border::device_list(message.enrol_device().device_list(), key, user, key));
        case Message::kRemoveDevice:
            return check(border::device_id(message.remove_device().device_id()));
        case Message::kAnnounce: {
            const auto made = border::announcement(message.announce());
            check(made);
            if (made) check_endpoints(made->endpoints);
            MUST(!made || made->up.size() <= 256);
            return;
        }
        case Message::kUserInfo:
            return check(border::user(message.user_info().user()));
        case Message::kCall:
            check(border::user(message.call().user()));
            check(border::device(message.call().device()));
            check(border::kind(message.call().kind()));
            check_endpoints(border::endpoints(message.call(), "192.0.2.7"));
            return check_endpoints(border::endpoints(message.call(), ""));
        case Message::kCallAnswer:
            check(border::session(message.call_answer().session()));
            return check_endpoints(border::endpoints(message.call_answer().endpoints()));
        case Message::kCallCancel:
            return check(border::optional_session(message.call_cancel().session()));
        case Message::kReport:
            check(border::session(message.report().session()));
            return check_report(border::report(message.report()));
        default:
            return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto message = fuzz::strictly(fuzz::text_of(data, size), wire::parse_client);
    if (message) cross(*message);
    return 0;
}
