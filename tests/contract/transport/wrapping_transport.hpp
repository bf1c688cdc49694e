// WrappingTransport: what wrap() of one transport makes of the streams of another.
#pragma once

#include <memory>
#include <p2pc/transport/transport.hpp>

namespace p2pc::testing {

class WrappingTransport final : public transport::Transport {
  public:
    WrappingTransport(transport::Transport& outer, std::unique_ptr<transport::Transport> inner)
        : outer_(outer), inner_(std::move(inner)) {}
    const char* name() noexcept override { return outer_.name(); }
    transport::Parsed parse(std::string_view text, std::uint16_t default_port,
                            transport::Names names) noexcept override {
        return inner_->parse(text, default_port, names);
    }
    transport::Reach reach(const transport::Address& address) noexcept override {
        return inner_->reach(address);
    }
    std::uint16_t port(const transport::Address& address) noexcept override { return inner_->port(address); }
    std::size_t reachable(const transport::Address& bound,
                          std::span<transport::Address> into) noexcept override {
        return inner_->reachable(bound, into);
    }
    transport::Made<transport::Stream> connect(const transport::Address& to,
                                               const transport::ConnectOptions& options) noexcept override;
    transport::Made<transport::Listener> listen(const transport::Address& at,
                                                const transport::ListenOptions& options) noexcept override;
    transport::Made<transport::Stream> wrap(transport::Stream* stream, transport::Role role,
                                            std::span<const transport::Option> options) noexcept override {
        return outer_.wrap(stream, role, options);
    }
    bool bound() noexcept override { return outer_.bound(); }

  private:
    transport::Transport& outer_;
    std::unique_ptr<transport::Transport> inner_;
};

}  // namespace p2pc::testing
