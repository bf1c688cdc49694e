// Questions: what only the person knows - name, password, whether to trust - from flags, environment or the
// terminal. All are asked before anything is contacted.
#pragma once

#include <optional>
#include <p2pc/base/result.hpp>
#include <string>

#include "commands/context.hpp"
#include "commands/given.hpp"
#include "identity/invite_code.hpp"
#include "identity/token.hpp"
#include "model/names.hpp"

namespace p2pc::commands {

// Where a password may come from besides the environment and the terminal.
struct PasswordSource {
    std::optional<std::string> file;             // --password-file; "-" is stdin
    std::optional<std::string> configured_file;  // of config.toml
};
PasswordSource password_source(const Given& given);

enum class PasswordUse { known, chosen };  // a chosen one is asked twice and must satisfy the rules

// All:  Errc::needs_answer  nobody can be asked; names what would have answered
//       Errc::canceled      a signal came meanwhile

//   Errc::local_io       the file cannot be read
//   Errc::weak_password  one that is chosen
Result<std::string> ask_password(Context& context, const PasswordSource& source, PasswordUse use,
                                 const model::UserName& user);
// The one that passwd sets: from `file`, or the terminal.
Result<std::string> ask_new_password(Context& context, const std::optional<std::string>& file,
                                     const model::UserName& user);
// A token of the operator, where there is one: of the file (- is stdin), P2PC_TOKEN_FILE or P2PC_TOKEN.
//   Errc::local_io   the file cannot be read
//   Errc::bad_token  what it holds is none
Result<std::optional<identity::Token>> given_token(Context& context, const std::optional<std::string>& file);
// From the terminal; nothing where nobody can be asked, or nothing was typed.   Errc::bad_token
Result<std::optional<identity::Token>> ask_token(std::string_view question);
// `given`, P2PC_USER, or the terminal.   Errc::usage
Result<model::UserName> ask_user(Context& context, const std::optional<model::UserName>& given);

// The code of an invite, typed again until it can be one; off a terminal --code-file or P2PC_INVITE_CODE.
//   Errc::usage   it is none
Result<identity::InviteCode> ask_code(Context& context, const std::optional<std::string>& file,
                                      const model::UserName& user);

// The founding key of the server to register or log in at: from the URL, the CA, or at first contact - off a
// terminal only on loopback.   Errc::cannot_connect and what else dialling gives;  Errc::refused: "no"
Result<model::PublicKey> ask_founding_key(Context& context, const model::ServerUrl& url);

}  // namespace p2pc::commands
