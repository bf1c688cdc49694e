// What is said on the operator's socket, either way: whatever comes is refused, or means the same when it is
// written again.
#include "admin/message.hpp"
#include "fuzz/fuzz.hpp"
#include "wire/frame.hpp"

using namespace p2pc;

namespace {

template <class Message>
void check(std::string_view body, Result<Message> (*parse)(BytesView)) {
    const auto message = parse(as_bytes(body));
    if (!message) {
        MUST(message.error().code() == Errc::malformed);
        return;
    }
    const auto framed = admin::frame(*message);
    const auto again = parse(BytesView{framed}.subspan(wire::header_size));
    MUST(again.ok());
    MUST(again->SerializeAsString() == message->SerializeAsString());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = fuzz::text_of(data, std::min<std::size_t>(size, wire::max_control - 1));
    check(body, admin::parse_request);
    check(body, admin::parse_reply);
    return 0;
}
