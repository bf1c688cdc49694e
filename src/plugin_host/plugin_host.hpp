// PluginHost: finds, checks and keeps transport plugins; the scheme of a URL gives its Transport.
//
// A plugin is loaded when its scheme is first asked for and stays until the process ends. Thread rule: one
// thread at a time; the transports it gives are as thread-safe as docs/plugin_abi.md says.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <p2pc/base/result.hpp>
#include <p2pc/transport/transport.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace p2pc::plugin_host {

class PluginHost {
  public:
    // Looks into `folders` in this order, see plugin_folders().
    explicit PluginHost(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

    // The transport lives as long as this host. Errc::usage: no such transport (the text names those that
    // are installed), or its plugin was refused (the text says why; the others go on).
    Result<transport::Transport*> find(std::string_view scheme);

    // The schemes whose plugins are there, sorted; not loaded, so possibly refused later.
    std::vector<std::string> installed() const;

    // A transport made elsewhere, preferred to a plugin of that name.
    void add(std::unique_ptr<transport::Transport> made);

  private:
    std::vector<std::filesystem::path> folders_;
    std::map<std::string, std::unique_ptr<transport::Transport>, std::less<>> loaded_;
};

}  // namespace p2pc::plugin_host
