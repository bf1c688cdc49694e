#include "admin/message.hpp"

#include "wire/message.hpp"

namespace p2pc::admin {
namespace {

template <class Message>
Bytes framed(const Message& message) {
    const std::string body = message.SerializeAsString();
    return wire::make_frame(wire::FrameType::control, as_bytes(body));
}

template <class Message>
Result<Message> parse(BytesView body) {
    Message message;
    if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
        return Error{Errc::malformed, "no message of the admin socket"};
    }
    return message;
}

}  // namespace

Bytes frame(const pb::Request& message) {
    return framed(message);
}
Bytes frame(const pb::Reply& message) {
    return framed(message);
}
Result<pb::Request> parse_request(BytesView body) {
    return parse<pb::Request>(body);
}
Result<pb::Reply> parse_reply(BytesView body) {
    return parse<pb::Reply>(body);
}

pb::Reply failure(Errc code) {
    pb::Reply reply;
    reply.mutable_failure()->set_code(wire::code_to(code));
    return reply;
}

}  // namespace p2pc::admin
