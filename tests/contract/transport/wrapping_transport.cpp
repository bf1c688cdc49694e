#include "contract/transport/wrapping_transport.hpp"

namespace p2pc::testing {

using namespace transport;

namespace {

class WrappingListener final : public Listener {
  public:
    WrappingListener(Transport& outer, std::unique_ptr<Listener> inner)
        : outer_(outer), inner_(std::move(inner)) {}
    int poll_fd() noexcept override { return inner_->poll_fd(); }
    void on_ready(void (*call)(void*), void* context) noexcept override { inner_->on_ready(call, context); }
    Accepted try_accept() noexcept override {
        auto accepted = inner_->try_accept();
        if (accepted.status == IoStatus::ok) {
            accepted.stream = outer_.wrap(accepted.stream, Role::accepting, {}).object;
        }
        return accepted;
    }
    Address local() noexcept override { return inner_->local(); }
    Failure failure() noexcept override { return inner_->failure(); }

  private:
    Transport& outer_;
    std::unique_ptr<Listener> inner_;
};

}  // namespace

Made<Stream> WrappingTransport::connect(const Address& to, const ConnectOptions& options) noexcept {
    const auto inner = inner_->connect(to, options);
    if (inner.object == nullptr) return inner;
    return outer_.wrap(inner.object, options.role, options.options);
}

Made<Listener> WrappingTransport::listen(const Address& at, const ListenOptions& options) noexcept {
    const auto inner = inner_->listen(at, options);
    if (inner.object == nullptr) return inner;
    return {new WrappingListener(outer_, std::unique_ptr<Listener>(inner.object)), {}};
}

}  // namespace p2pc::testing
