// kindling report: the catalogue, making and requesting reports, verifying a file offline.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace kindling {

struct Config;

// `run` loads the settings, runs the command and keeps its exit status; `run_offline` does the same without settings.
struct CommandRunner {
  std::function<std::function<void()>(std::function<int(const Config&)>)> with_config;
  std::function<std::function<void()>(std::function<int()>)> offline;
};
void add_report_commands(CLI::App& cli, const CommandRunner& runner);

}  // namespace kindling
