// The border: what clients say, made into the types of model/ or refused. Pure functions on hostile input.
//
// Everything here fails with Errc::malformed. Within one request that is answered; what does not even parse
// as a message never gets here.
#pragma once

#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "directory/call_choice.hpp"
#include "identity/device_list.hpp"
#include "storage/records.hpp"
#include "wire/message.hpp"

namespace p2pc::directory::border {

Result<model::UserName> user(const std::string& text);
// Empty text is nothing.
Result<std::optional<model::DeviceName>> device(const std::string& text);
Result<model::SessionId> session(const std::string& bytes);
Result<std::optional<model::SessionId>> optional_session(const std::string& bytes);
Result<model::DeviceId> device_id(const std::string& bytes);
Result<model::PublicKey> key(const std::string& bytes);
// The hash of a token; nothing for what is none.
std::optional<storage::TokenHash> token(const std::string& text);
// At most max_endpoints, each one an endpoint, none twice.
Result<std::vector<std::string>> endpoints(const google::protobuf::RepeatedPtrField<std::string>& texts);
// Those of a call; `seen` is the host its connection comes from, or empty.
Result<std::vector<std::string>> endpoints(const wire::pb::Call& message, const std::string& seen);
Result<Program> program(wire::pb::Program program);
Result<CallKind> kind(wire::pb::Kind kind);
Result<storage::EndReport> report(const wire::pb::Report& message);

struct Announcement {
    Program program = Program::none;
    std::vector<std::string> endpoints;
    std::vector<model::SessionId> up;  // at most 256
};
Result<Announcement> announcement(const wire::pb::Announce& message);

// A list as the store keeps it. Errors as DeviceList::parse_and_verify.
Result<storage::DeviceList> device_list(const std::string& bytes, const model::PublicKey& account_key,
                                        const model::UserName& user, const model::PublicKey& founding_key);

// A registration by `user`, who proved `account_key`: its list has serial 1 and one device.
//   Errc::identity  another account key, or a list it did not sign
Result<storage::NewAccount> registration(const wire::pb::Register& message, const model::UserName& user,
                                         const model::PublicKey& account_key,
                                         const model::PublicKey& founding_key, WallTime now);

// A change of the password of `account`, with its device list.
//   Errc::identity   a list the account key did not sign
//   Errc::conflict   a wrapped key that is not one version newer than the one kept
Result<storage::NewPassword> password(const wire::pb::ChangePassword& message,
                                      const storage::AccountRecord& account,
                                      const model::PublicKey& founding_key);

}  // namespace p2pc::directory::border
