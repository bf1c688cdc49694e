// register, login, logout, passwd: what ties a home to an account.
#pragma once

#include <optional>

#include "commands/context.hpp"
#include "commands/flags.hpp"
#include "commands/questions.hpp"

namespace p2pc::commands {

struct EnrolOptions {
    std::optional<model::UserName> user;
    PasswordSource password;
    std::optional<std::string> token_file;  // --token-file; "-" is stdin
    std::optional<model::DeviceName> device;
};
struct RegisterOptions : EnrolOptions {};
enum class LoginTask { log_in, open_window };
struct LoginOptions : EnrolOptions {
    LoginTask task = LoginTask::log_in;
};
enum class LogoutScope { one, all_others };
struct LogoutOptions {
    LogoutScope scope = LogoutScope::one;
    std::optional<model::DeviceName> device;  // absent: this one
};

struct PasswdOptions {
    PasswordSource password;                  // the old one
    std::optional<std::string> new_password;  // a file
};

std::span<const Flag> register_flags();
std::span<const Flag> login_flags();
std::span<const Flag> logout_flags();
std::span<const Flag> passwd_flags();

// Errc::usage
Result<RegisterOptions> parse_register(const Given& given);
Result<LoginOptions> parse_login(const Given& given);
Result<LogoutOptions> parse_logout(const Given& given);
Result<PasswdOptions> parse_passwd(const Given& given);

int run_register(Context& context, const RegisterOptions& options);
int run_login(Context& context, const LoginOptions& options);
int run_logout(Context& context, const LogoutOptions& options);
int run_passwd(Context& context, const PasswdOptions& options);

// The device name a login gets: the one asked for, or the host's.
model::DeviceName device_name_of(const EnrolOptions& options);

}  // namespace p2pc::commands
