#include "runtime/services.hpp"

#include "plugin_host/folders.hpp"

namespace p2pc::runtime {
namespace {

constexpr std::size_t pool_threads = 2;
constexpr std::size_t pool_queue = 1024;

}  // namespace

Services::Services(Environment environment, home::HomePaths home, rendezvous::DialOptions dial)
    : environment_(std::move(environment)),
      home_(std::move(home)),
      dial_(std::move(dial)),
      plugins_(plugin_host::plugin_folders(environment_.plugin_path)),
      loop_(clock_),
      signals_(loop_) {}

io::Pool& Services::pool() {
    if (!pool_) pool_.emplace(pool_threads, pool_queue);
    return *pool_;
}

rendezvous::Dialer& Services::dialer() {
    if (!dialer_) dialer_.emplace(loop_, pool(), plugins_, dial_);
    return *dialer_;
}

rendezvous::SignInContext& Services::sign_in() {
    if (!sign_in_) sign_in_.emplace(dialer(), random_);
    return *sign_in_;
}

}  // namespace p2pc::runtime
