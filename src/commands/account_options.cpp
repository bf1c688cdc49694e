#include <unistd.h>

#include <array>

#include "commands/accounts.hpp"
#include "commands/words.hpp"

namespace p2pc::commands {
namespace {

constexpr Flag password_file{"password-file", 0, Takes::value, "FILE",
                             "the file with the password; - is stdin"};
constexpr Flag device{"device", 0, Takes::value, "NAME",
                      "what this device is called (default: the host's name)"};

constexpr Flag token_file{"token-file", 0, Takes::value, "FILE",
                          "the file with a token of the server's operator; - is stdin"};

constexpr std::array for_register{password_file, token_file, device};
constexpr std::array for_login{
    password_file,
    token_file,
    device,
    Flag{"open-window", 0, Takes::nothing, "",
         "on a device that is logged in: allow three more tries of a password"},
};
constexpr std::array for_logout{
    Flag{"all", 0, Takes::nothing, "", "remove every other device"},
};
constexpr std::array for_passwd{
    password_file,
    Flag{"new-password-file", 0, Takes::value, "FILE", "the file with the new password; - is stdin"},
};

Status parse_enrol(const Given& given, EnrolOptions& options) {
    auto user = at_most_one<model::UserName>(given);
    if (!user) return user.error();
    options.user = std::move(*user);
    options.password = password_source(given);
    options.token_file = given.text("token-file");
    if (options.token_file == "-" && options.password.file == "-")
        return given.bad("token-file", "only one of the two can be stdin");
    if (const auto text = given.text("device")) {
        auto name = model::DeviceName::parse(*text);
        if (!name) return given.bad("device", name.error().detail());
        options.device = std::move(*name);
    }
    return {};
}

}  // namespace

std::span<const Flag> register_flags() {
    return for_register;
}
std::span<const Flag> login_flags() {
    return for_login;
}
std::span<const Flag> logout_flags() {
    return for_logout;
}
std::span<const Flag> passwd_flags() {
    return for_passwd;
}

Result<RegisterOptions> parse_register(const Given& given) {
    RegisterOptions options;
    const auto parsed = parse_enrol(given, options);
    if (!parsed) return parsed.error();
    return options;
}

Result<LoginOptions> parse_login(const Given& given) {
    LoginOptions options;
    const auto parsed = parse_enrol(given, options);
    if (!parsed) return parsed.error();
    if (given.has("open-window")) options.task = LoginTask::open_window;
    return options;
}

Result<LogoutOptions> parse_logout(const Given& given) {
    LogoutOptions options;
    auto device_name = at_most_one<model::DeviceName>(given);
    if (!device_name) return device_name.error();
    options.device = std::move(*device_name);
    if (!given.has("all")) return options;
    if (options.device) return Error{Errc::usage, "either DEVICE or --all"};
    options.scope = LogoutScope::all_others;
    return options;
}

Result<PasswdOptions> parse_passwd(const Given& given) {
    const auto none = no_words(given);
    if (!none) return none.error();
    PasswdOptions options;
    options.password = password_source(given);
    options.new_password = given.text("new-password-file");
    const auto old_file = options.password.file ? options.password.file : options.password.configured_file;
    if (old_file == "-" && options.new_password == "-") {
        return Error{Errc::usage, "stdin holds one password: --password-file or --new-password-file"};
    }
    return options;
}

model::DeviceName device_name_of(const EnrolOptions& options) {
    if (options.device) return *options.device;
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    return model::cleaned_device_name(host.data());
}

}  // namespace p2pc::commands
