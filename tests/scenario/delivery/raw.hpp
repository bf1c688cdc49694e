// The frames of a delivery, by hand: for tests that play one side themselves.
#pragma once

#include "crypto/digest.hpp"
#include "scenario/delivery/rig.hpp"

namespace p2pc::testing {

inline Bytes begin_frame(std::uint32_t item, std::uint64_t size, const std::string& name = "file",
                         std::uint32_t delivery = 1) {
    PeerMessage message;
    auto* const begin = message.mutable_item_begin();
    begin->set_delivery(delivery);
    begin->set_item(item);
    begin->set_kind(wire::pb::ITEM_FILE);
    begin->set_name(name);
    begin->set_size(size);
    return wire::frame(message);
}

inline Bytes data_frame(std::uint32_t item, std::uint64_t offset, BytesView bytes) {
    const auto header = wire::make_data_header(item, offset, static_cast<std::uint32_t>(bytes.size()));
    Bytes frame{header.begin(), header.end()};
    append(frame, bytes);
    return frame;
}

inline std::string digest_of(BytesView bytes) {
    crypto::ChunkedDigest digest;
    digest.update(bytes);
    return digest.finish();
}

inline Bytes item_end_frame(std::uint32_t item, std::uint64_t size, const std::string& digest) {
    PeerMessage message;
    message.mutable_item_end()->set_item(item);
    message.mutable_item_end()->set_size(size);
    message.mutable_item_end()->set_digest(digest);
    return wire::frame(message);
}

inline Bytes item_end_frame(std::uint32_t item, BytesView content) {
    return item_end_frame(item, content.size(), digest_of(content));
}

inline Bytes delivery_end_frame(std::uint32_t delivery = 1) {
    PeerMessage message;
    message.mutable_delivery_end()->set_delivery(delivery);
    return wire::frame(message);
}

inline Bytes answer_frame(std::uint32_t delivery = 1, std::uint32_t code = 0) {
    PeerMessage message;
    message.mutable_offer_answer()->set_delivery(delivery);
    message.mutable_offer_answer()->set_code(code);
    return wire::frame(message);
}

inline Bytes item_result_frame(std::uint32_t item, std::uint32_t code = 0) {
    PeerMessage message;
    message.mutable_item_result()->set_item(item);
    message.mutable_item_result()->set_code(code);
    return wire::frame(message);
}

inline Bytes delivery_result_frame(std::uint32_t delivery = 1) {
    PeerMessage message;
    message.mutable_delivery_result()->set_delivery(delivery);
    return wire::frame(message);
}

inline Bytes text_frame(const std::string& text) {
    PeerMessage message;
    message.mutable_text()->set_id(1);
    message.mutable_text()->set_text(text);
    return wire::frame(message);
}

// Reads frames and drops them, DATA included, until the link ends; counts what it took.
inline asio::awaitable<void> drain(Channel& link, std::size_t& control) {
    for (;;) {
        auto frame = co_await link.read(never);
        if (!frame) co_return;
        if (frame->type() != wire::FrameType::data) {
            ++control;
            continue;
        }
        Bytes bytes(frame->data_size());
        auto read = co_await link.read_data(bytes, never);
        if (!read) co_return;
    }
}

}  // namespace p2pc::testing
