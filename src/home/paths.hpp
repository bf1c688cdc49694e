// HomePaths: where the files of a home are (docs/home.md).
//
// With --home DIR or P2PC_HOME everything is in that one folder; otherwise the XDG folders hold it. A value.
#pragma once

#include <filesystem>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>

namespace p2pc::home {

// The environment as far as it says where a home is; empty is unset.
struct HomeEnvironment {
    std::string p2pc_home;
    std::string user_home;
    std::string xdg_config;
    std::string xdg_state;
    std::string xdg_data;
    static HomeEnvironment of_process();
};

class HomePaths {
  public:
    // The flag wins over P2PC_HOME, that over XDG. Touches nothing.
    //   Errc::usage   no HOME to find the XDG folders by, or an empty flag
    static Result<HomePaths> resolve(const std::optional<std::string>& home_flag,
                                     const HomeEnvironment& environment);

    // Makes the folders that are missing, mode 0700, and checks the others.
    //   Errc::local_io   cannot be made, is of another owner, or others may write to it
    Status make() const;

    const std::filesystem::path& state_folder() const noexcept { return state_; }
    const std::filesystem::path& data_folder() const noexcept { return data_; }
    std::filesystem::path config_file() const { return config_ / "config.toml"; }
    std::filesystem::path database_file() const { return state_ / "server.db"; }
    std::filesystem::path lock_file() const { return state_ / "lock"; }
    std::filesystem::path placed_folder() const { return state_ / "placed"; }
    std::filesystem::path reports_file() const { return state_ / "reports"; }
    std::filesystem::path login_file() const { return data_ / "login"; }
    std::filesystem::path device_key_file() const { return data_ / "device.key"; }
    std::filesystem::path registration_file() const { return data_ / "registration.key"; }
    std::filesystem::path pins_file() const { return data_ / "pins"; }

  private:
    HomePaths(std::filesystem::path config, std::filesystem::path state, std::filesystem::path data)
        : config_(std::move(config)), state_(std::move(state)), data_(std::move(data)) {}
    std::filesystem::path config_, state_, data_;
};

}  // namespace p2pc::home
