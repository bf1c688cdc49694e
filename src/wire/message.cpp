#include "wire/message.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace p2pc::wire {
namespace {

// What this version knows of a message: its fields, and which of them are messages inside. No message is in
// itself; one without fields is listed where it is counted how many it brings (max_client_fields). The lite
// runtime keeps no descriptors, so the table stands here; a test compares it with the schema.
struct Shape {
    struct Inner {
        std::uint32_t number;
        const Shape* shape;
    };
    std::vector<Inner> inner;
    // number -> wire type, indexed by number; 0xff: not a field
    std::vector<std::uint8_t> types;
};

constexpr std::uint8_t varint = 0, bytes = 2;

// An empty element takes two bytes of a frame and some fifty of memory: what a stranger may send has few. A
// client that has so many links says so with 256 sessions and 8 endpoints.
constexpr std::size_t max_hello_fields = 32;
constexpr std::size_t max_client_fields = 300;

Shape shape(std::initializer_list<std::uint8_t> types, std::vector<Shape::Inner> inner = {}) {
    Shape s;
    s.types.push_back(0xff);
    s.types.insert(s.types.end(), types.begin(), types.end());
    s.inner = std::move(inner);
    return s;
}

const Shape none = shape({});
const Shape two_numbers = shape({varint, varint});
const Shape one_number = shape({varint});
const Shape one_text = shape({bytes});
const Shape hello =
    shape({varint, varint, varint, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, varint, bytes});

const Shape registration = shape({bytes, bytes, bytes, bytes, bytes});
const Shape two_texts = shape({bytes, bytes});
const Shape four_texts = shape({bytes, bytes, bytes, bytes});
const Shape announce = shape({varint, bytes, bytes}, {{3, &one_text}});
const Shape call = shape({bytes, bytes, varint, bytes, bytes, varint});
const Shape call_answer = shape({bytes, varint, bytes});
const Shape report = shape({bytes, varint, varint, varint, bytes, varint});
const Shape client = shape({varint, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes,
                            bytes, bytes, bytes, bytes, bytes},
                           {{2, &registration},
                            {3, &two_texts},
                            {4, &one_text},
                            {5, &announce},
                            {6, &one_number},
                            {7, &one_number},
                            {8, &one_text},
                            {9, &call},
                            {10, &call_answer},
                            {11, &one_text},
                            {12, &report},
                            {13, &one_number},
                            {14, &none},
                            {15, &none},
                            {16, &four_texts}});

const Shape welcome = shape({bytes, bytes, bytes, bytes, varint, bytes, varint});
const Shape user = shape({bytes, varint, varint, bytes, bytes, bytes}, {{5, &two_texts}});
const Shape users = shape({bytes, varint}, {{1, &user}});
const Shape peer_description = shape({bytes, bytes, bytes, bytes, bytes, bytes, varint});
const Shape call_opened = shape({bytes, bytes, bytes}, {{3, &peer_description}});
const Shape incoming_call = shape({bytes, bytes, bytes, varint}, {{3, &peer_description}});
const Shape end_of = shape({varint, varint, varint, bytes});
const Shape session_info =
    shape({bytes, bytes, bytes, bytes, bytes, varint, varint, varint, varint, bytes, bytes},
          {{10, &end_of}, {11, &end_of}});
const Shape sessions = shape({bytes, varint}, {{1, &session_info}});
const Shape server = shape({varint, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes},
                           {{3, &two_numbers},
                            {4, &welcome},
                            {5, &users},
                            {6, &call_opened},
                            {7, &incoming_call},
                            {8, &one_text},
                            {9, &sessions},
                            {11, &one_text}});

const Shape text = shape({varint, bytes});
const Shape offer = shape({varint, varint, varint, bytes, varint, varint, varint});
const Shape item_begin = shape({varint, varint, varint, bytes, varint, varint, varint, bytes, bytes, varint,
                                varint, bytes, varint, bytes, varint});
const Shape item_chunks = shape({varint, varint, bytes});
const Shape item_end = shape({varint, varint, bytes, varint, bytes});
const Shape three_numbers = shape({varint, varint, varint});
const Shape ask = shape({varint, varint, bytes, varint, varint, bytes, bytes, bytes, varint, bytes});
const Shape ask_answer = shape({varint, varint, varint, varint, bytes});
const Shape four_numbers = shape({varint, varint, varint, varint});
const Shape peer = shape({bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes,
                          bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes},
                         {{3, &one_number},
                          {4, &text},
                          {5, &two_numbers},
                          {6, &offer},
                          {7, &four_numbers},
                          {8, &item_begin},
                          {9, &item_end},
                          {10, &three_numbers},
                          {11, &three_numbers},
                          {12, &three_numbers},
                          {15, &three_numbers},
                          {16, &item_chunks},
                          {17, &ask},
                          {18, &ask_answer},
                          {19, &one_number},
                          {20, &two_numbers},
                          {21, &two_texts},
                          {22, &one_text}});

// Walks the encoded bytes once: every known number has the wire type it must have, at every depth, and no
// message in it has more than `most` fields.
bool well_typed(BytesView body, const Shape& known, std::size_t most) {
    using google::protobuf::internal::WireFormatLite;
    std::size_t fields = 0;
    google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(body.data()),
                                              static_cast<int>(body.size()));
    while (const std::uint32_t tag = in.ReadTag()) {
        if (++fields > most) return false;
        const auto number = static_cast<std::uint32_t>(WireFormatLite::GetTagFieldNumber(tag));
        const auto type = static_cast<std::uint8_t>(WireFormatLite::GetTagWireType(tag));
        if (number < known.types.size() && known.types[number] != type) return false;
        if (type != bytes) {
            if (!WireFormatLite::SkipField(&in, tag)) return false;
            continue;
        }
        std::uint32_t size = 0;
        if (!in.ReadVarint32(&size)) return false;
        const auto at = static_cast<std::size_t>(in.CurrentPosition());
        if (size > body.size() - at) return false;
        const auto inner = std::find_if(known.inner.begin(), known.inner.end(),
                                        [&](const Shape::Inner& i) { return i.number == number; });
        if (inner != known.inner.end() && !well_typed(body.subspan(at, size), *inner->shape, most)) {
            return false;
        }
        in.Skip(static_cast<int>(size));
    }
    return in.CurrentPosition() == static_cast<int>(body.size());
}

template <class Message>
Result<Message> parse(BytesView body, const Shape& known, std::size_t most = max_control) {
    // Otherwise the library writes a line to stderr for each hostile message.
    static auto* const silenced = google::protobuf::SetLogHandler(nullptr);
    static_cast<void>(silenced);
    if (body.size() > max_control || !well_typed(body, known, most)) return Error{Errc::malformed, "message"};
    Message message;
    if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
        return Error{Errc::malformed, "message does not parse"};
    }
    // Repeated singular fields, encoded defaults and long varints make the original longer.
    if (message.ByteSizeLong() != body.size()) return Error{Errc::malformed, "message is not canonical"};
    return message;
}

template <class Message>
Bytes encode(FrameType type, const Message& message) {
    const std::string body = message.SerializeAsString();
    return make_frame(type, as_bytes(body));
}

}  // namespace

Bytes frame(const pb::Hello& message) {
    return encode(FrameType::hello, message);
}
Bytes frame(const pb::Refusal& message) {
    return encode(FrameType::refuse, message);
}
Bytes frame(const pb::ClientMessage& message) {
    return encode(FrameType::control, message);
}
Bytes frame(const pb::ServerMessage& message) {
    return encode(FrameType::control, message);
}
Bytes frame(const pb::PeerMessage& message) {
    return encode(FrameType::control, message);
}

Result<pb::Hello> parse_hello(BytesView body) {
    return parse<pb::Hello>(body, hello, max_hello_fields);
}
Result<pb::Refusal> parse_refusal(BytesView body) {
    return parse<pb::Refusal>(body, two_numbers);
}
Result<pb::ClientMessage> parse_client(BytesView body) {
    return parse<pb::ClientMessage>(body, client, max_client_fields);
}
Result<pb::ServerMessage> parse_server(BytesView body) {
    return parse<pb::ServerMessage>(body, server);
}
Result<pb::PeerMessage> parse_peer(BytesView body) {
    return parse<pb::PeerMessage>(body, peer);
}

Errc code_from(std::uint32_t value) {
    if (value == 0 || value > static_cast<std::uint32_t>(Errc::wrong_code)) return Errc::internal;
    return static_cast<Errc>(value);
}

}  // namespace p2pc::wire
