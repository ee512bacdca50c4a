// The command line.
#include <csignal>
#include <fstream>
#include <functional>
#include <iostream>

#include <CLI/CLI.hpp>
#include <sodium.h>

#include "app.hpp"
#include "config.hpp"
#include "demo.hpp"
#include "identity/manage_users.hpp"
#include "ledger/keeper.hpp"
#include "ledger/record_exchange_rate.hpp"
#include "log.hpp"
#include "report_commands.hpp"
#include "storage/database.hpp"
#include "storage/migrate.hpp"

namespace kindling {
namespace {

// For commands of an operator, who has the owner's login.
DatabaseConfig operator_database(const Config& config) {
  return {.url = config.database.url, .role = "kindling_service", .sessions = 2, .lease_timeout_ms = 5'000,
          .connect_timeout_s = 5, .statement_timeout_ms = 600'000};
}

int fail(const Error& error) {
  std::cerr << error.message << '\n';
  for (const auto& field : error.fields) std::cerr << "  " << field.field << ": " << field.message << '\n';
  return 1;
}

int run_serve(const Config& config) {
  // Blocked before any thread starts, so that only the wait below takes them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  start_log(config.log.level);
  App app(config);
  app.start();
  int signal = 0;
  sigwait(&signals, &signal);
  log_event(LogLevel::kInfo, "stopping", {{"signal", std::to_string(signal)}});
  app.stop();
  stop_log();
  return 0;
}

int run_migrate(const Config& config) {
  const auto report = migrate(config.database.owner_url, read_migrations(config.root + "/migrations"));
  if (!report) return fail(report.error());
  std::cout << "The schema is at migration " << report->after << " (was " << report->before << ").\n";
  return 0;
}

int run_verify(const Config& config) {
  Database database(operator_database(config));
  const auto lease = database.lease();
  const auto report = verify_ledger(*lease);
  for (const auto& finding : report.findings) {
    std::cout << finding.rule << ": " << finding.where << ": " << finding.message << '\n';
  }
  std::cout << report.entries << " entries, " << report.postings << " postings, position " << report.position
            << ", head " << report.head << '\n';
  std::cout << (report.findings.empty() ? "Everything holds.\n" : "Something does not hold.\n");
  return report.findings.empty() ? 0 : 1;
}

struct UserOptions {
  std::string email;
  std::string name;
  std::vector<std::string> roles;
  std::int64_t organisation_id = 0;
  bool write = false;
  bool dashboard = false;
  int days = 90;
};

int print_secret(const Result<std::string>& secret) {
  if (!secret) return fail(secret.error());
  std::cout << *secret << '\n';
  return 0;
}

int run_user_add(const Config& config, const UserOptions& options) {
  Database database(operator_database(config));
  std::string roles;
  for (const auto& role : options.roles) roles += (roles.empty() ? "" : ",") + role;
  return print_secret(add_user(database, options.email, options.name, roles, options.organisation_id));
}

int run_user_list(const Config& config) {
  Database database(operator_database(config));
  for (const auto& user : list_users(database)) std::cout << user.id << '\t' << user.email << '\n';
  return 0;
}

// The ECB's eurofxref-hist.csv, as often as one likes.
int run_rates_import(const Config& config, const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string csv{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) {
    std::cerr << path << " cannot be read.\n";
    return 1;
  }
  Database database(operator_database(config));
  const Actor nobody;
  const auto imported = in_transaction(database, nobody, "rates import", {}, [&](Transaction& transaction) {
    return import_exchange_rates(transaction, csv);
  });
  if (!imported) return fail(imported.error());
  std::cout << imported->file.days << " days, " << imported->stored.added << " rates added\n";
  for (const auto& deviation : imported->stored.deviations) {
    std::cout << "line " << deviation.in_file.line << ", column " << deviation.in_file.column << ": "
              << deviation.in_file.currency.code() << " is " << to_string(deviation.in_file.rate) << " here, stored is "
              << to_string(deviation.stored) << "; the stored one stays\n";
  }
  return 0;
}

int run(int argc, char** argv) {
  CLI::App cli("Kindling: what a platform has, may spend, has promised and will lack.", "kindling");
  cli.require_subcommand(1);
  std::string config_path = "config/kindling.toml";
  cli.add_option("--config", config_path, "The settings")->capture_default_str();
  int status = 0;
  const auto with_config = [&](auto command) { return [&, command] { status = command(load_config(config_path)); }; };

  cli.add_subcommand("serve", "Serve pages and JSON until SIGTERM")->callback(with_config(run_serve));
  cli.add_subcommand("migrate", "Bring the database to this program's schema")->callback(with_config(run_migrate));
  cli.add_subcommand("verify", "Recompute the ledger and say what is wrong and where; exit 1 where anything is")
      ->callback(with_config(run_verify));
  cli.add_subcommand("demo", "Fill an empty database with an example")->callback(with_config([](const Config& config) {
    Database database(operator_database(config));
    const auto made = make_demo(database, config);
    return made ? 0 : fail(made.error());
  }));

  auto* user = cli.add_subcommand("user", "Users and their tokens")->require_subcommand(1);
  UserOptions options;
  auto* add = user->add_subcommand("add", "Add a user; prints a one-time password");
  add->add_option("email", options.email)->required();
  add->add_option("--name", options.name, "As pages show it")->required();
  add->add_option("--role", options.roles, "coordinator, approver, viewer, auditor, administrator, funder; repeatable")->required();
  add->add_option("--organisation", options.organisation_id, "The number of the funder, for the role funder");
  add->callback(with_config([&](const Config& config) { return run_user_add(config, options); }));
  auto* reset = user->add_subcommand("reset", "End a user's sessions; prints a one-time password");
  reset->add_option("email", options.email)->required();
  reset->callback(with_config([&](const Config& config) {
    Database database(operator_database(config));
    return print_secret(reset_password(database, options.email));
  }));
  auto* token = user->add_subcommand("token", "Make an API token; prints it once");
  token->add_option("email", options.email)->required();
  auto* write = token->add_flag("--write", options.write, "May write, not only read");
  token->add_flag("--dashboard", options.dashboard, "Reads budgets and nothing else")->excludes(write);
  token->add_option("--days", options.days, "Until it expires")->capture_default_str();
  token->callback(with_config([&](const Config& config) {
    Database database(operator_database(config));
    return print_secret(make_token(database, options.email,
                                   options.write ? "write" : options.dashboard ? "dashboard" : "read", options.days));
  }));
  user->add_subcommand("list", "List users")->callback(with_config(run_user_list));

  auto* rates = cli.add_subcommand("rates", "Exchange rates")->require_subcommand(1);
  std::string rates_path;
  auto* rates_import = rates->add_subcommand("import", "Import the ECB's eurofxref-hist.csv; what is here already stays");
  rates_import->add_option("file", rates_path)->required();
  rates_import->callback(with_config([&](const Config& config) { return run_rates_import(config, rates_path); }));

  add_report_commands(cli, {.with_config = [&](std::function<int(const Config&)> command) -> std::function<void()> {
                              return with_config(std::move(command));
                            },
                            .offline = [&](std::function<int()> command) -> std::function<void()> {
                              return [&status, command = std::move(command)] { status = command(); };
                            }});

  CLI11_PARSE(cli, argc, argv);
  return status;
}

}  // namespace
}  // namespace kindling

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  try {
    return kindling::run(argc, argv);
  } catch (const kindling::Unavailable&) {
    std::cerr << "The database cannot be reached. Is it running, and is [database] url right?\n";
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
  }
  return 1;
}
