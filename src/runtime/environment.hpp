// Environment: all that p2pc reads from the environment of its process, read once. Empty is unset.
#pragma once

#include <optional>
#include <string>

#include "home/paths.hpp"

namespace p2pc::runtime {

struct Environment {
    std::optional<std::string> server;         // P2PC_SERVER
    std::optional<std::string> user;           // P2PC_USER: only the default for USER
    std::optional<std::string> password_file;  // P2PC_PASSWORD_FILE
    std::optional<std::string> password;       // P2PC_PASSWORD
    std::optional<std::string> token_file;     // P2PC_TOKEN_FILE
    std::optional<std::string> token;          // P2PC_TOKEN
    std::optional<std::string> invite_code;    // P2PC_INVITE_CODE
    std::optional<std::string> no_color;       // NO_COLOR
    std::optional<std::string> term;           // TERM
    std::string plugin_path;                   // P2PC_PLUGIN_PATH
    home::HomeEnvironment home;

    // Overwrites the password and the token where the process was given it.
    static Environment of_process();
    void forget_secrets() noexcept;
};

}  // namespace p2pc::runtime
