// Services: what a process of p2pc has one of - clocks, loop, pool, plugins, the way to a server.
//
// Made once, on the main thread, which also runs the loop. What costs start-up time is made when it is first
// asked for. Everything it gives lives as long as it does.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "crypto/random.hpp"
#include "home/paths.hpp"
#include "io/loop.hpp"
#include "io/pool.hpp"
#include "plugin_host/plugin_host.hpp"
#include "rendezvous/dialer.hpp"
#include "rendezvous/sign_in.hpp"
#include "runtime/environment.hpp"
#include "runtime/signals.hpp"

namespace p2pc::runtime {

class Services {
  public:
    Services(Environment environment, home::HomePaths home, rendezvous::DialOptions dial);
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    const Environment& environment() const noexcept { return environment_; }
    void forget_secrets() noexcept { environment_.forget_secrets(); }
    const home::HomePaths& home() const noexcept { return home_; }
    const base::Clock& clock() const noexcept { return clock_; }
    crypto::Random& random() noexcept { return random_; }
    io::Loop& loop() noexcept { return loop_; }
    Signals& signals() noexcept { return signals_; }
    plugin_host::PluginHost& plugins() noexcept { return plugins_; }
    io::Pool& pool();
    rendezvous::Dialer& dialer();
    rendezvous::SignInContext& sign_in();

    Instant now() const { return clock_.now(); }
    WallTime wall() const { return clock_.wall(); }

  private:
    Environment environment_;
    home::HomePaths home_;
    rendezvous::DialOptions dial_;
    base::SystemClock clock_;
    crypto::SystemRandom random_;
    // Before the loop: what still waits when the loop ends holds streams of these transports.
    plugin_host::PluginHost plugins_;
    io::Loop loop_;
    Signals signals_;
    std::optional<io::Pool> pool_;
    std::optional<rendezvous::Dialer> dialer_;
    std::optional<rendezvous::SignInContext> sign_in_;
};

}  // namespace p2pc::runtime
