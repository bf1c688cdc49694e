// What holds of every control message: docs/protocol.md, "Control messages are strict".
#pragma once

#include "fuzz/fuzz.hpp"
#include "wire/message.hpp"

namespace p2pc::fuzz {

// Nothing for what is refused.
template <class Message>
std::optional<Message> strictly(std::string_view body, Result<Message> (*parse)(BytesView)) {
    auto message = parse(as_bytes(body));
    if (!message) {
        MUST(message.error().code() == Errc::malformed);
        return std::nullopt;
    }
    MUST(body.size() <= wire::max_control);
    std::string encoded;
    MUST(message->SerializeToString(&encoded));
    MUST(encoded.size() == body.size());
    const auto again = parse(as_bytes(encoded));
    MUST(again.ok());
    std::string twice;
    MUST(again->SerializeToString(&twice));
    MUST(twice == encoded);
    return std::move(*message);
}

}  // namespace p2pc::fuzz
